import { lstatSync, type Stats, statSync } from 'node:fs'
import type { FileState } from '../../shared/photo'

/**
 * The state of what has a name, whatever it is, a link itself too: for what is written. Undefined where nothing has it, or
 * nothing can be known of it.
 */
export function lstatOf(path: string): FileState | undefined {
  return stateBy(lstatSync, path)
}

/** The state of the file that a path leads to, through links too: for what is read. Undefined as for `stateOf`. */
export function statOf(path: string): FileState | undefined {
  return stateBy(statSync, path)
}

function stateBy(look: (path: string) => Stats, path: string): FileState | undefined {
  try {
    const { size, mtimeMs } = look(path)
    return { bytes: size, modified: mtimeMs }
  } catch {
    return undefined
  }
}
