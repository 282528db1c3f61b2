import { fork } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { open } from 'lmdb'
import { describe, expect, it } from 'vitest'
import { openJournal } from '../../../../src/core/batch/journal'
import type { Job } from '../../../../src/shared/job'
import { defaultExport, defaultSettings } from '../../../../src/shared/settings'
import { temporaryFolder } from '../../../support/folder'

const folder = temporaryFolder()

const sample: Job = {
  id: 'one',
  source: '/Köln/雨 🌧.jpg',
  output: '/out/雨 🌧.jpg',
  purpose: 'batch',
  settings: defaultSettings,
  export: defaultExport,
  state: 'done',
  order: -1.5,
  result: {
    output: '/out/x.jpg',
    width: 3,
    height: 2,
    seconds: 1.5,
    gates: { rain: 0.8 },
    provider: 'cpu',
    notes: [],
  },
}

describe('a journal', () => {
  it('holds after it is opened again what it was given', async () => {
    const journal = openJournal(folder('queue'))
    journal.save([sample, { ...sample, id: 'two' }, { ...sample, id: 'three' }])
    journal.save([
      {
        ...sample,
        id: 'two',
        state: 'failed',
        result: undefined,
        error: { code: 'disk-full', message: 'a', detail: 'b' },
      },
    ])
    journal.forget(['three'])
    await journal.close()

    const again = openJournal(folder('queue'))
    const jobs = again.load()
    expect(jobs.find(({ id }) => id === 'one')).toEqual(sample)
    expect(jobs.find(({ id }) => id === 'two')).toMatchObject({
      state: 'failed',
      error: { code: 'disk-full' },
    })
    expect(jobs).toHaveLength(2)
    await again.close()
  })

  it('passes over what it does not understand', async () => {
    const store = open<unknown, string>({ path: folder('queue'), noSubdir: true, encoding: 'json' })
    await store.put('old', { id: 'old', from: 'an older version' })
    await store.close()
    const journal = openJournal(folder('queue'))
    journal.save([sample])
    expect(journal.load()).toEqual([sample])
    await journal.close()
  })
})

describe('a process that is killed at any moment', () => {
  it('loses no job and does none twice that was done', async () => {
    const [journal, log, count] = [folder('queue'), folder('log'), 200]
    let killed = 0
    // Each run works on where the last was killed, until one comes to its end.
    for (let finished = false; !finished;) {
      const child = fork(
        fileURLToPath(new URL('killed.ts', import.meta.url)),
        [journal, log, String(count)],
        {
          execArgv: ['--import', 'tsx'],
          stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
        },
      )
      const ended = new Promise<boolean>((resolve) => child.once('exit', (code) => resolve(code === 0)))
      child.once('message', () => {
        if (killed < 20) setTimeout(() => child.kill('SIGKILL'), Math.random() * 60)
      })
      finished = await ended
      if (!finished) killed++
    }

    const lines = readFileSync(log, 'utf8').trim().split('\n')
    const done = lines.filter((line) => line.startsWith('done '))
    expect(killed).toBe(20)
    for (let index = 0; index < count; index++) {
      const photo = `photo ${index}`
      const end = lines.indexOf(`done ${photo}`)
      expect(end).toBeGreaterThan(-1)
      expect(lines.lastIndexOf(`start ${photo}`)).toBeLessThan(end)
    }
    expect(new Set(done).size).toBe(count)
    expect(existsSync(journal)).toBe(true)
  }, 60_000)
})
