import { createHash, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { readdir, rm } from 'node:fs/promises'
import { hostname } from 'node:os'
import { join } from 'node:path'

const live = new Set<string>()

/** Tells this machine's processes from those of others that share a folder. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)

/** A name that nothing else has, and that tells who made it, should that be killed. */
export function temporaryName(): string {
  return `petrichor-${machine}-${process.pid}-${randomUUID()}`
}

/**
 * Do work that needs a temporary file or folder at a path, and remove it however the work ends: by success, by failure,
 * or because the process exits meanwhile. Only a process that is killed outright leaves it behind, for others to sweep.
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

const swept = new Map<string, Promise<void>>()

/** Remove from a folder, once in the life of this process, what processes of this machine left that were killed. */
export function sweepLeftovers(folder: string): Promise<void> {
  const found = swept.get(folder) ?? sweep(folder)
  swept.set(folder, found)
  return found
}

async function sweep(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => [])
  for (const name of names) {
    const [, host, pid] = /^\.?petrichor-([0-9a-f]{8})-(\d+)-[0-9a-f-]{36}/.exec(name) ?? []
    const path = join(folder, name)
    if (host !== machine || live.has(path) || isRunning(Number(pid))) continue
    await rm(path, { recursive: true, force: true }).catch(() => undefined)
  }
}

/** Our own number on a file that we did not make was that of a process before us. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM'
  }
}

process.on('exit', () => {
  for (const path of live) rmSync(path, { recursive: true, force: true })
})
