import { rmSync } from 'node:fs'
import { rm } from 'node:fs/promises'

const live = new Set<string>()

/**
 * Do work that needs a temporary file or folder at a path, and remove it however the work ends: by success, by failure,
 * or because the process exits meanwhile. Only a process that is killed outright leaves it behind.
 */
export async function withTemporary<T>(path: string, work: () => Promise<T>): Promise<T> {
  live.add(path)
  try {
    return await work()
  } finally {
    await rm(path, { recursive: true, force: true, maxRetries: 3 }).catch(() => undefined)
    live.delete(path)
  }
}

process.on('exit', () => {
  for (const path of live) rmSync(path, { recursive: true, force: true })
})
