import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type NewJob, Queue } from '../../../../src/core/batch/queue'
import { applyDelta } from '../../../../src/renderer/logic/queue'
import type { Job, JobResult } from '../../../../src/shared/job'
import type { Queue as QueueView } from '../../../../src/shared/queue'
import { defaultExport, defaultSettings } from '../../../../src/shared/settings'

const result: JobResult = {
  output: '/o.jpg',
  width: 1,
  height: 1,
  seconds: 1,
  gates: {},
  provider: 'cpu',
} as JobResult

const newJob = (name: string): NewJob => ({
  source: `/photos/${name}.jpg`,
  output: `/out/${name}.jpg`,
  purpose: 'batch',
  settings: defaultSettings,
  export: defaultExport,
})

const weaker = (job: Job): Job => ({ ...job, settings: { ...defaultSettings, strength: 50 } })

/** What a user, or the engine, can do to a queue; numbers choose among the jobs there are. */
const deed = fc.oneof(
  fc.record({
    what: fc.constant('add' as const),
    count: fc.integer({ min: 1, max: 4 }),
    first: fc.boolean(),
  }),
  fc.record({
    what: fc.constantFrom('cancel' as const, 'retry' as const, 'remove' as const, 'adjust' as const),
    which: fc.array(fc.nat(), { maxLength: 4 }),
  }),
  fc.record({
    what: fc.constant('move' as const),
    which: fc.array(fc.nat(), { maxLength: 4 }),
    before: fc.option(fc.nat()),
  }),
  fc.record({ what: fc.constantFrom('pause' as const, 'resume' as const) }),
  fc.record({ what: fc.constant('end' as const), well: fc.boolean() }),
)

test('whatever happens, the changes lead to the queue that is', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(deed, { maxLength: 40 }), async (deeds) => {
      let view: QueueView = { revision: 0, items: [], paused: false }
      let end: ((well: boolean) => void) | undefined
      const queue = new Queue({
        run: (_job, signal) =>
          new Promise((resolve, reject) => {
            end = (well) => (well ? resolve(result) : reject(new Error('no')))
            signal.addEventListener('abort', () => reject(new Error('stopped')))
          }),
        onChange: ({ changed, removed }) => {
          view = applyDelta(view, {
            revision: view.revision + 1,
            changed: changed.map((job) => ({ job })),
            removed,
            paused: queue.paused,
          })
        },
      })
      const pick = (which: number[]) => {
        const all = queue.list()
        return which.flatMap((number) => all[number % all.length]?.id ?? [])
      }
      let names = 0
      for (const deed of deeds) {
        if (deed.what === 'add')
          queue.add(
            Array.from({ length: deed.count }, () => newJob(`${names++}`)),
            deed.first ? 'first' : 'last',
          )
        else if (deed.what === 'move')
          queue.move(pick(deed.which), deed.before === null ? null : (pick([deed.before])[0] ?? null))
        else if (deed.what === 'adjust') queue.adjust(pick(deed.which), weaker)
        else if (deed.what === 'end') end?.(deed.well)
        else if ('which' in deed) queue[deed.what](pick(deed.which))
        else queue[deed.what]()
        // What ends, ends a few steps later.
        await new Promise((resolve) => setImmediate(resolve))
        expect(view.items.map(({ job }) => job)).toEqual(queue.list())
        expect(view.paused).toBe(queue.paused)
      }
    }),
  )
})

test('waiting jobs take each other’s places, and no other job moves', () => {
  const queue = new Queue({ run: () => new Promise(() => undefined) })
  const ids = queue.add(['a', 'b', 'c', 'd', 'e'].map(newJob)).map(({ id }) => id)
  const order = () =>
    queue
      .list()
      .map(({ source }) => source.slice(8, 9))
      .join('')
  queue.move([ids[4]!, ids[2]!], ids[1]!)
  expect(order()).toBe('acebd')
  queue.move([ids[2]!], null)
  expect(order()).toBe('aebdc')
  // The first runs: it stays, and nobody gets ahead of it.
  queue.move([ids[0]!], null)
  queue.move([ids[3]!], ids[0]!)
  expect(order()).toBe('aebdc')
})
