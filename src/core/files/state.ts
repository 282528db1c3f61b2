import { lstatSync, type Stats, statSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import type { FileState } from '../../shared/photo'

/**
 * The state of what has a name, without following links: for what is written. Undefined where nothing has the name, or
 * nothing can be found out about it.
 */
export function lstatOf(path: string): FileState | undefined {
  return stateBy(lstatSync, path)
}

/** The state of the file that a path leads to, following links: for what is read. Undefined as for `lstatOf`. */
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

/** Whether a path leads to a file, following links. */
export async function isFile(path: string): Promise<boolean> {
  return (await lookAt(path))?.isFile() ?? false
}

/** Whether a path leads to a folder, following links. */
export async function isFolder(path: string): Promise<boolean> {
  return (await lookAt(path))?.isDirectory() ?? false
}

/** Size in bytes of what a path leads to, following links; undefined where there is nothing. */
export async function sizeOf(path: string): Promise<number | undefined> {
  return (await lookAt(path))?.size
}

/** A text that changes when a file is written: part of the key under which a cache keeps what was made of it. */
export async function versionOf(path: string): Promise<string> {
  const { size, mtimeMs } = await stat(path)
  return `${size}\n${mtimeMs}`
}

function lookAt(path: string): Promise<Stats | undefined> {
  return stat(path).catch(() => undefined)
}
