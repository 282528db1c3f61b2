import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { systemCode } from './fileErrors'

/**
 * Make a folder, and those that it lies in, unless it is there. Node's own way to do that never ends on file systems that
 * answer “no such file” to the making of a folder, as Linux's /proc does. Throws what the system throws.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path)
  } catch (error) {
    const code = systemCode(error)
    const isThere = await stat(path).then(
      (found) => found.isDirectory(),
      () => false,
    )
    if (isThere) return
    if (code !== 'ENOENT' || dirname(path) === path) throw error
    const parent = await stat(dirname(path)).catch(() => undefined)
    if (parent) throw error
    await makeFolder(dirname(path))
    await makeFolder(path)
  }
}
