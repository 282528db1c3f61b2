import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder for temporary files that is gone when the work is, however the work ends. */
export async function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(tmpdir(), `petrichor-${randomUUID()}`)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  try {
    return await work(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
