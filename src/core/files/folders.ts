import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from './fileErrors'

/**
 * Makes a folder and its missing parents. Node's own recursive `mkdir` never returns on file systems that answer “no
 * such file” to making a folder, as Linux's /proc does. Throws what the system throws.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (isThere) return
    if (systemCode(error) !== 'ENOENT' || dirname(path) === path) throw error
    const parent = await stat(dirname(path)).catch(() => undefined)
    if (parent) throw error
    await makeFolder(dirname(path))
    await makeFolder(path)
  }
}
