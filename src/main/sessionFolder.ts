import { rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import log from 'electron-log/main'

/**
 * Makes the folder for files that live only as long as the app: results of the viewer, temporary files of the workers.
 * It always has the same name, so the next start removes what a crash left behind.
 */
export async function openSessionFolder(folder: string): Promise<void> {
  removeSessionFolder(folder)
  await mkdir(folder, { recursive: true, mode: 0o700 })
}

export function removeSessionFolder(folder: string): void {
  try {
    // A process that is just ending may still write; then the folder is not empty at the first try.
    rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 20 })
  } catch (error) {
    log.warn('The session folder stays until the next start:', error)
  }
}

/** Environment that makes a process put its temporary files into a folder. */
export function temporaryFilesIn(folder: string): Record<string, string> {
  return { TMPDIR: folder, TEMP: folder, TMP: folder }
}
