import { expect, test } from 'vitest'
import { Meter } from '../../../../src/main/queue/meter'
import type { Job, JobState } from '../../../../src/shared/job'
import { defaultExport, defaultSettings } from '../../../../src/shared/settings'

const job = (id: string, state: JobState): Job => ({
  id,
  source: `/photos/${id}.jpg`,
  output: `/out/${id}.jpg`,
  purpose: 'batch',
  settings: defaultSettings,
  export: defaultExport,
  state,
  order: Number(id),
})
const done = (id: string, seconds: number): Job => ({
  ...job(id, 'done'),
  result: {
    output: `/out/${id}.jpg`,
    width: 4000,
    height: 3000,
    seconds,
    gates: {},
    provider: 'cpu',
    notes: [],
  },
})

/** A meter with a clock of its own, for photos of twelve megapixels. */
function meter() {
  let now = 0
  const measured: string[][] = []
  const meter = new Meter(
    (sources, found) => {
      measured.push(sources)
      found(new Map(sources.map((source) => [source, 12])))
      return Promise.resolve()
    },
    () => now,
  )
  const take = (...changed: Job[]) => meter.take({ changed, removed: [] })
  return { meter, take, measured, wait: (seconds: number) => (now += seconds * 1000) }
}

test('what is left is told from the running photo’s second tile on, and ever better', () => {
  const { meter: queue, take, wait } = meter()
  take(job('1', 'waiting'), job('2', 'waiting'), job('3', 'waiting'))
  expect(queue.pace()).toBeUndefined()

  // The model is loaded: the next photos will not wait for that.
  take(job('1', 'running'))
  wait(30)
  queue.progress('1', { done: 1, total: 6 })
  expect(queue.pace()).toBeUndefined()
  wait(5)
  queue.progress('1', { done: 4, total: 6 })
  // Half a photo in five seconds: a third of it and two whole ones are ahead.
  expect(queue.pace()!.secondsLeft).toBeCloseTo(10 / 3 + 20, 0)
  expect(queue.pace()!.megapixelsPerSecond).toBeCloseTo(1.2)

  take(done('1', 10))
  take(job('2', 'running'))
  expect(queue.pace()!.secondsLeft).toBeCloseTo(20, 0)
  take(done('2', 10), done('3', 10))
  expect(queue.pace()).toBeUndefined()
})

test('a photo that takes its time tells of itself alone', () => {
  const { meter: queue, take, wait } = meter()
  take(job('1', 'waiting'), job('2', 'waiting'), job('3', 'waiting'))
  take(done('1', 10), job('2', 'running'))
  queue.progress('2', { done: 1, total: 11 })
  wait(50)
  queue.progress('2', { done: 6, total: 11 })
  expect(queue.pace()!.secondsLeft).toBeCloseTo(50 + 10, 0)
})

test('each photo is measured once', () => {
  const { take, measured } = meter()
  take(job('1', 'waiting'))
  take(job('1', 'running'))
  take(job('1', 'failed'))
  take(job('1', 'waiting'), job('2', 'waiting'))
  expect(measured).toEqual([['/photos/1.jpg'], ['/photos/2.jpg']])
})

test('progress begins anew with each stretch of work', () => {
  const { meter: queue, take } = meter()
  take(job('1', 'waiting'), job('2', 'waiting'))
  take(done('1', 1))
  expect(queue.progressOfStretch()).toEqual({ done: 1, failed: 0, pending: 1, fraction: 0.5 })
  take(job('2', 'failed'))
  expect(queue.progressOfStretch()).toMatchObject({ done: 1, failed: 1, pending: 0, fraction: 1 })

  take(job('3', 'waiting'))
  expect(queue.progressOfStretch()).toEqual({ done: 0, failed: 0, pending: 1, fraction: 0 })
})

test('cancelled photos are no part of the work', () => {
  const { meter: queue, take } = meter()
  take(job('1', 'waiting'), job('2', 'waiting'))
  take(job('2', 'cancelled'))
  take(done('1', 1))
  expect(queue.progressOfStretch()).toEqual({ done: 1, failed: 0, pending: 0, fraction: 1 })
})
