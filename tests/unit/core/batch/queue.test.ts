import { describe, expect, it, vi } from 'vitest'
import type { Journal } from '../../../../src/core/batch/journal'
import { type NewJob, Queue, type QueueOptions } from '../../../../src/core/batch/queue'
import { PetrichorError } from '../../../../src/shared/errors'
import type { Job, JobResult } from '../../../../src/shared/job'
import { defaultExport, defaultSettings } from '../../../../src/shared/settings'

const result: JobResult = {
  output: '/out',
  width: 1,
  height: 1,
  seconds: 1,
  gates: {},
  provider: 'test',
  notes: [],
}

function job(source: string, purpose: NewJob['purpose'] = 'batch'): NewJob {
  return { source, output: `/out/${source}`, purpose, settings: defaultSettings, export: defaultExport }
}

/** A journal that keeps what it is given in memory. */
function memory(): Journal & { jobs: Map<string, Job> } {
  const jobs = new Map<string, Job>()
  return {
    jobs,
    load: () => [...jobs.values()],
    save: (saved) => saved.forEach((job) => jobs.set(job.id, job)),
    forget: (ids) => ids.forEach((id) => jobs.delete(id)),
    close: async () => undefined,
  }
}

/** A queue whose jobs end when they are told to. */
function hand(options: Partial<QueueOptions> = {}) {
  const started: string[] = []
  let endings: { end: () => void; fail: (error: unknown) => void } | undefined
  const queue = new Queue({
    run: ({ source }, signal) =>
      new Promise((resolve, reject) => {
        started.push(source)
        endings = { end: () => resolve(result), fail: reject }
        signal.addEventListener('abort', () => reject(new Error('stopped')))
      }),
    ...options,
  })
  const settle = () => new Promise((resolve) => setImmediate(resolve))
  return {
    queue,
    started,
    end: async () => (endings!.end(), settle()),
    fail: async (error: unknown) => (endings!.fail(error), settle()),
    settle,
    states: () => queue.list().map(({ source, state }) => `${source} ${state}`),
  }
}

describe('a queue', () => {
  it('runs jobs in their order, one at a time', async () => {
    const { queue, started, end, states } = hand()
    queue.add([job('a'), job('b')])
    queue.add([job('c')])
    expect(states()).toEqual(['a running', 'b waiting', 'c waiting'])
    await end()
    expect(states()).toEqual(['a done', 'b running', 'c waiting'])
    await end()
    await end()
    expect(started).toEqual(['a', 'b', 'c'])
    expect(queue.list().every(({ result: found }) => found === result)).toBe(true)
  })

  it('takes what is urgent ahead of everything that waits', async () => {
    const { queue, started, end } = hand()
    queue.add([job('a'), job('b')])
    queue.add([job('x', 'photo'), job('y', 'photo')], 'first')
    await end()
    await end()
    await end()
    expect(started).toEqual(['a', 'x', 'y', 'b'])
  })

  it('goes on after a failure, and keeps its reason', async () => {
    const { queue, fail, states } = hand()
    const [first] = queue.add([job('a'), job('b')])
    await fail(new PetrichorError('damaged-image', 'Broken.', 'Copy it again.'))
    expect(states()).toEqual(['a failed', 'b running'])
    expect(queue.get(first!.id)!.error).toEqual({
      code: 'damaged-image',
      message: 'Broken.',
      detail: 'Copy it again.',
    })
  })

  it('calls a fault of our own internal', async () => {
    const { queue, fail } = hand()
    queue.add([job('a')])
    await fail(new TypeError('x is not a function'))
    expect(queue.list()[0]!.error).toMatchObject({
      code: 'internal',
      detail: expect.stringContaining('x is not'),
    })
  })

  it('cancels what waits at once, and what runs as soon as it notices', async () => {
    const { queue, started, settle, states } = hand()
    const [a, b] = queue.add([job('a'), job('b'), job('c')])
    queue.cancel([b!.id])
    expect(states()).toEqual(['a running', 'b cancelled', 'c waiting'])
    queue.cancel([a!.id])
    await settle()
    expect(states()).toEqual(['a cancelled', 'b cancelled', 'c running'])
    expect(started).toEqual(['a', 'c'])
    expect(queue.get(a!.id)!.error).toBeUndefined()
  })

  it('cancels all without starting another', async () => {
    const { queue, started, settle } = hand()
    const jobs = queue.add([job('a'), job('b'), job('c')])
    queue.cancel(jobs.map(({ id }) => id))
    await settle()
    expect(started).toEqual(['a'])
    await queue.idle()
  })

  it('tries failed and cancelled jobs again when asked, and no others', async () => {
    const { queue, started, end, fail, states } = hand()
    const jobs = queue.add([job('a'), job('b'), job('c')])
    queue.cancel([jobs[2]!.id])
    await fail(new Error('no'))
    await end()
    queue.retry(jobs.map(({ id }) => id))
    expect(states()).toEqual(['a running', 'b done', 'c waiting'])
    expect(queue.get(jobs[0]!.id)!.error).toBeUndefined()
    await end()
    await end()
    expect(started).toEqual(['a', 'b', 'a', 'c'])
  })

  it('forgets jobs that have ended, and no others', async () => {
    const { queue, end, states } = hand()
    const jobs = queue.add([job('a'), job('b'), job('c')])
    await end()
    queue.remove(jobs.map(({ id }) => id))
    expect(states()).toEqual(['b running', 'c waiting'])
  })

  it('lets the running job end when it is paused, and goes on when it is resumed', async () => {
    const { queue, end, states } = hand()
    queue.add([job('a'), job('b')])
    queue.pause()
    await end()
    expect(states()).toEqual(['a done', 'b waiting'])
    queue.add([job('c')])
    expect(states()).toEqual(['a done', 'b waiting', 'c waiting'])
    queue.resume()
    expect(states()).toEqual(['a done', 'b running', 'c waiting'])
  })

  it('is idle when nothing runs and nothing waits, or when it is paused', async () => {
    const { queue, end } = hand()
    await queue.idle()
    queue.add([job('a'), job('b')])
    const idle = vi.fn()
    void queue.idle().then(idle)
    await end()
    expect(idle).not.toHaveBeenCalled()
    await end()
    expect(idle).toHaveBeenCalledOnce()

    queue.pause()
    queue.add([job('c')])
    await queue.idle()
  })

  it('tells of every change and of progress', async () => {
    const seen: string[] = []
    const progress: unknown[] = []
    const queue: Queue = new Queue({
      run: async (_, __, onProgress) => {
        onProgress({ done: 1, total: 2 })
        return result
      },
      onChange: () =>
        seen.push(
          queue
            .list()
            .map(({ state }) => state)
            .join(),
        ),
      onProgress: (id, value) => progress.push([id, value]),
    })
    const [added] = queue.add([job('a')])
    await queue.idle()
    expect(seen).toEqual(['waiting', 'running', 'done'])
    expect(progress).toEqual([[added!.id, { done: 1, total: 2 }]])
  })
})

describe('a queue with a journal', () => {
  it('writes batch jobs down before they run, and what became of them; the viewer’s not', async () => {
    const journal = memory()
    const atStart: unknown[] = []
    const queue = new Queue({
      journal,
      run: async ({ id }) => {
        atStart.push(journal.jobs.get(id)?.state)
        return result
      },
    })
    const [batch] = queue.add([job('a'), job('b', 'photo')])
    expect([...journal.jobs.keys()]).toEqual([batch!.id])
    await queue.idle()
    expect(atStart).toEqual(['running', undefined])
    expect(journal.jobs.get(batch!.id)).toMatchObject({ state: 'done', result })
    queue.remove([batch!.id])
    expect(journal.jobs.size).toBe(0)
  })

  it('takes up what was waiting and starts anew what was running; what ended stays as it is', async () => {
    const journal = memory()
    const states = ['done', 'failed', 'cancelled', 'running', 'waiting'] as const
    journal.save(states.map((state, order) => ({ ...job(state), id: state, state, order })))
    const { queue, started, states: now } = hand({ journal })
    expect(now()).toEqual([
      'done done',
      'failed failed',
      'cancelled cancelled',
      'running waiting',
      'waiting waiting',
    ])
    expect(started).toEqual([])
    queue.start()
    expect(started).toEqual(['running'])
  })

  it('adds nothing where it cannot be written down', () => {
    const journal = { ...memory(), save: () => { throw new Error('disk full') } } // prettier-ignore
    const { queue, started } = hand({ journal })
    expect(() => queue.add([job('a')])).toThrow('disk full')
    expect([queue.list(), started]).toEqual([[], []])
  })

  it('goes on where the journal fails later, and tells of it', async () => {
    const journal = memory()
    const onWarning = vi.fn()
    const { queue, end, states } = hand({ journal, onWarning })
    queue.add([job('a'), job('b')])
    const full = new Error('disk full')
    journal.save = () => {
      throw full
    }
    await end()
    expect(states()).toEqual(['a done', 'b failed'])
    expect(onWarning).toHaveBeenCalledWith(full)
    await queue.idle()
  })

  it('keeps what the journal cannot forget, and tells nobody that it is gone', async () => {
    const journal = memory()
    const onChange = vi.fn()
    const { queue, end, states } = hand({ journal, onChange })
    const [added] = queue.add([job('a')])
    await end()
    journal.forget = () => {
      throw new Error('disk full')
    }
    onChange.mockClear()
    expect(() => queue.remove([added!.id])).toThrow('disk full')
    expect(states()).toEqual(['a done'])
    expect(onChange).not.toHaveBeenCalled()
    expect([...journal.jobs.keys()]).toEqual([added!.id])
  })
})
