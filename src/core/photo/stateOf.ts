import { lstatSync } from 'node:fs'
import type { FileState } from './fileState'

/** The state of what has a name, whatever it is; undefined where nothing has it, or nothing can be known of it. */
export function stateOf(path: string): FileState | undefined {
  try {
    const { size, mtimeMs } = lstatSync(path)
    return { bytes: size, modified: mtimeMs }
  } catch {
    return undefined
  }
}
