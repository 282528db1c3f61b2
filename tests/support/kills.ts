import assert from 'node:assert/strict'
import { fork } from 'node:child_process'
import { mkdirSync, readdirSync } from 'node:fs'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { openJournal } from '../../src/core/batch/journal'
import { lstatOf } from '../../src/core/files/state'
import type { Job } from '../../src/shared/job'
import type { FileState } from '../../src/shared/photo'
import { picture, samples } from './photos'

const program = fileURLToPath(new URL('restoredUntilKilled.ts', import.meta.url))
const photos = 30

export interface Tally {
  kills: number
  rounds: number
  /** How often a process that goes on found a photo finished that its queue did not know to be. */
  recognised: number
}

/**
 * Restore batches below a folder, killing the process so many times, each at a random moment, and look after each what is
 * there. Throws an AssertionError where a finished photo was lost, changed or done twice, where a file under a final name
 * is not whole, where the queue is not as it was, or where something is left over in the end.
 */
export async function killRepeatedly(folder: string, kills: number): Promise<Tally> {
  const tally: Tally = { kills: 0, rounds: 0, recognised: 0 }
  while (tally.kills < kills) await killRound(join(folder, String(tally.rounds++)), kills, tally)
  return tally
}

async function killRound(root: string, kills: number, tally: Tally): Promise<void> {
  for (const name of ['in', 'out', 'tmp']) mkdirSync(join(root, name), { recursive: true })
  for (let index = 0; index < photos; index++) {
    await picture(samples((90 + index) * 70 * 3), 90 + index, 70, 3)
      .png()
      .toFile(join(root, 'in', `${index}.png`))
  }
  const seen = new Map<string, FileState>()
  let planned: Job[] = []
  let done: Job[] = []

  for (let finished = false; !finished;) {
    finished = await runAndKill(root, () => tally.kills < kills)
    if (!finished) tally.kills++
    const known = await lookAtQueue(root)
    for (const name of visible(join(root, 'out'))) {
      assert.match(name, /^\d+\.png$/, `${name}: a photo was done twice`)
      const state = lstatOf(join(root, 'out', name))!
      const before = seen.get(name)
      assert.deepEqual(state, before ?? state, `${name} was written again`)
      if (before === undefined) {
        assert.deepEqual(
          await pixels(root, 'out', name),
          await pixels(root, 'in', name),
          `${name} is not whole`,
        )
        if (!known.has(name)) tally.recognised++
      }
      seen.set(name, state)
    }
    for (const name of known) assert.ok(seen.has(name), `${name} is done and not there`)
  }
  assert.equal(seen.size, photos)
  assert.deepEqual(
    readdirSync(join(root, 'out')).filter((name) => name.startsWith('.')),
    [],
  )
  assert.deepEqual(
    readdirSync(join(root, 'tmp')).filter((name) => name.startsWith('petrichor-')),
    [],
  )

  /** The names of the outputs that the journal knows to be done. */
  async function lookAtQueue(root: string): Promise<Set<string>> {
    const journal = openJournal(join(root, 'queue'))
    const jobs = journal.load().sort((a, b) => a.order - b.order)
    await journal.close()
    // A kill before the photos were planned leaves an empty queue; one while they are added leaves that, or all of them.
    if (planned.length === 0 && jobs.length > 0) {
      assert.deepEqual(
        jobs.map(({ source }) => source),
        Array.from({ length: photos }, (_, index) => join(root, 'in', `${index}.png`)),
      )
      planned = jobs
    }
    assert.deepEqual(jobs.map(wish), planned.map(wish), 'the queue is not as it was')
    for (const { state, error } of jobs)
      assert.ok(['waiting', 'running', 'done'].includes(state), error?.detail)
    const now = jobs.filter(({ state }) => state === 'done')
    for (const job of done) {
      assert.deepEqual(
        now.find(({ id }) => id === job.id),
        job,
        `${job.source} was done and is so no longer`,
      )
    }
    done = now
    return new Set(now.map(({ result }) => basename(result!.output)))
  }
}

/** What a job was to do, without what became of it. */
function wish(job: Job): object {
  return { ...job, state: undefined, result: undefined, error: undefined }
}

/** True where the process came to its own end. */
function runAndKill(root: string, wanted: () => boolean): Promise<boolean> {
  const child = fork(program, [root], {
    execArgv: ['--import', 'tsx'],
    env: { ...process.env, TMPDIR: join(root, 'tmp') },
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  })
  // Most of the kills come while it restores, some while it opens its queue and plans.
  const from = Math.random() < 0.2 ? 'opening' : 'restoring'
  child.on('message', (now) => {
    if (now === from && wanted()) setTimeout(() => child.kill('SIGKILL'), Math.random() * 400)
  })
  return new Promise((resolve) => child.once('exit', (code) => resolve(code === 0)))
}

function pixels(root: string, folder: string, name: string): Promise<Buffer> {
  return sharp(join(root, folder, name))
    .raw()
    .toBuffer()
}

const visible = (folder: string) => readdirSync(folder).filter((name) => !name.startsWith('.'))
