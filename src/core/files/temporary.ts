/** Temporary files and folders, which are removed however the work on them ends. */
import { createHash, randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir, readdir, rm } from 'node:fs/promises'
import { hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { diskError, systemCode } from './fileErrors'

/** Paths that this process is working on. */
const live = new Set<string>()

/** Tells the processes of this machine from those of others that share a folder. */
const machine = createHash('sha256').update(hostname()).digest('hex').slice(0, 8)

/** A unique name that says which process made it, so that leftovers of a killed one can be recognised. */
export function temporaryName(): string {
  return `petrichor-${machine}-${process.pid}-${randomUUID()}`
}

/**
 * Runs work that needs a temporary file or folder at a path, and removes that however the work ends: by success, by
 * failure, or because the process exits. Only a process that is killed outright leaves it behind, for others to sweep.
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

/**
 * Runs work with a folder for temporary files, in the system's place for them, and removes it afterwards.
 *
 * Throws `disk-full`, or `destination-unwritable` where the system's place for temporary files cannot be written to.
 */
export function withScratch<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = join(tmpdir(), temporaryName())
  return withTemporary(folder, async () => {
    await sweepLeftovers(tmpdir())
    await mkdir(folder, { recursive: true, mode: 0o700 }).catch((cause: unknown) => {
      throw diskError(cause, tmpdir())
    })
    return work(folder)
  })
}

const swept = new Map<string, Promise<void>>()

/** Removes from a folder what killed processes of this machine left there, once in the life of this process. */
export function sweepLeftovers(folder: string): Promise<void> {
  const sweeping = swept.get(folder) ?? sweep(folder)
  swept.set(folder, sweeping)
  return sweeping
}

/**
 * Removes what processes left that were killed after a result got its name and before they cleaned up. Writing a result
 * sweeps anyway; this is for a result that is found finished, beside which nothing may ever be written again.
 */
export async function sweepAround(result: string): Promise<void> {
  await Promise.all([dirname(result), tmpdir()].map(sweepLeftovers))
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

/** Whether another process runs under an id. Our own id on a file that we did not make was an earlier process's. */
function isRunning(pid: number): boolean {
  if (pid === process.pid) return false
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return systemCode(error) === 'EPERM'
  }
}

process.on('exit', () => {
  for (const path of live) rmSync(path, { recursive: true, force: true })
})
