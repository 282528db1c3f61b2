import { randomUUID } from 'node:crypto'
import { reportOf } from '../../shared/errors'
import type { Job, JobResult, Progress } from '../../shared/job'
import type { Journal } from './journal'

export type NewJob = Omit<Job, 'id' | 'state' | 'order' | 'result' | 'error'>

/** A change of the queue: jobs in their new state, and the ids of those that were removed. */
export interface QueueChange {
  changed: Job[]
  removed: string[]
}

export interface QueueOptions {
  /** Does one job; must reject soon after the signal is aborted. */
  run: (job: Job, signal: AbortSignal, onProgress: (progress: Progress) => void) => Promise<JobResult>
  /** Stores batch jobs before they run; without one the queue lives in memory. */
  journal?: Journal
  onChange?: (change: QueueChange) => void
  onProgress?: (id: string, progress: Progress) => void
  /** Called when the end of a job could not be journalled; the queue goes on. */
  onWarning?: (warning: unknown) => void
}

/**
 * Jobs in their order, one running at a time. A failure ends its job and nothing else. What a journal holds is loaded
 * when the queue is made; a job that was running then starts anew.
 */
export class Queue {
  private readonly jobs = new Map<string, Job>()
  private running: { id: string; abort: AbortController } | undefined
  private idleWaiters: (() => void)[] = []
  paused = false

  constructor(private readonly options: QueueOptions) {
    for (const job of options.journal?.load() ?? []) {
      this.jobs.set(job.id, job.state === 'running' ? { ...job, state: 'waiting' } : job)
    }
  }

  /** All jobs in the order in which they run or ran. */
  list(): Job[] {
    return [...this.jobs.values()].sort((a, b) => a.order - b.order)
  }

  get(id: string): Job | undefined {
    return this.jobs.get(id)
  }

  /**
   * Puts jobs at the end, or ahead of everything that waits. Throws, and adds none, where they cannot be written down.
   */
  add(added: NewJob[], place: 'last' | 'first' = 'last'): Job[] {
    const orders = this.list().map(({ order }) => order)
    const start = place === 'last' ? (orders.at(-1) ?? 0) + 1 : (orders[0] ?? 0) - added.length
    const jobs = added.map((job, index): Job => ({
      ...job,
      id: randomUUID(),
      state: 'waiting',
      order: start + index,
    }))
    this.store(jobs)
    return jobs
  }

  /** Waiting jobs are cancelled at once, the running one as soon as it notices. */
  cancel(ids: string[]): void {
    this.store(this.pick(ids, ['waiting']).map((job) => ({ ...job, state: 'cancelled' as const })))
    if (this.running && ids.includes(this.running.id)) this.running.abort.abort()
  }

  /** Puts failed and cancelled jobs back to waiting. */
  retry(ids: string[]): void {
    const ended = this.pick(ids, ['failed', 'cancelled'])
    this.store(ended.map((job) => ({ ...job, state: 'waiting' as const, error: undefined })))
  }

  /** Forgets jobs that have ended; their files stay. Throws, and forgets none, where the journal cannot. */
  remove(ids: string[]): void {
    const ended = this.pick(ids, ['done', 'failed', 'cancelled']).map(({ id }) => id)
    this.options.journal?.forget(ended)
    for (const id of ended) this.jobs.delete(id)
    this.options.onChange?.({ changed: [], removed: ended })
  }

  /** Puts waiting jobs, in their present order, ahead of another one that waits, or at the end. */
  move(ids: string[], before: string | null): void {
    const moving = new Set(ids)
    const waiting = this.list().filter(({ state }) => state === 'waiting')
    const moved = waiting.filter(({ id }) => moving.has(id))
    const others = waiting.filter(({ id }) => !moving.has(id))
    const at = before === null ? others.length : others.findIndex(({ id }) => id === before)
    if (at < 0) return
    // The set of orders stays the same; jobs are assigned to them anew.
    const sequence = [...others.slice(0, at), ...moved, ...others.slice(at)]
    this.store(
      sequence.flatMap((job, index) => {
        const { order } = waiting[index]!
        return job.order === order ? [] : [{ ...job, order }]
      }),
    )
  }

  /** Changes jobs that have not begun, or are to be tried again. Returns those that were changed. */
  adjust(ids: string[], adjusted: (job: Job) => Job): Job[] {
    const jobs = this.pick(ids, ['waiting', 'failed', 'cancelled']).map(adjusted)
    this.store(jobs)
    return jobs
  }

  /** Lets the running job end and start no other. */
  pause(): void {
    this.paused = true
    this.show([])
  }

  resume(): void {
    this.paused = false
    this.show([])
  }

  /** Begins with what is waiting; called once after the queue was made from a journal. */
  start(): void {
    this.advance()
  }

  /** Resolves when nothing runs, and nothing waits or the queue is paused. */
  idle(): Promise<void> {
    return this.isIdle() ? Promise.resolve() : new Promise((resolve) => this.idleWaiters.push(resolve))
  }

  private isIdle(): boolean {
    return !this.running && (this.paused || !this.list().some(({ state }) => state === 'waiting'))
  }

  private pick(ids: string[], states: Job['state'][]): Job[] {
    return ids.flatMap((id) => this.jobs.get(id) ?? []).filter(({ state }) => states.includes(state))
  }

  /** Commits the new state of jobs: to the journal first, then to the listeners. Throws what the journal throws. */
  private store(jobs: Job[]): void {
    this.journal(jobs)
    this.show(jobs)
  }

  private journal(jobs: Job[]): void {
    this.options.journal?.save(jobs.filter(({ purpose }) => purpose === 'batch'))
  }

  private show(jobs: Job[]): void {
    for (const job of jobs) this.jobs.set(job.id, job)
    this.options.onChange?.({ changed: jobs, removed: [] })
    this.advance()
  }

  private advance(): void {
    const next = this.list().find(({ state }) => state === 'waiting')
    if (!this.running && !this.paused && next) void this.execute(next)
    if (this.isIdle()) {
      for (const resolve of this.idleWaiters.splice(0)) resolve()
    }
  }

  private async execute(job: Job): Promise<void> {
    const abort = new AbortController()
    this.running = { id: job.id, abort }
    const ended = { ...job, ...(await this.outcome(job, abort.signal)) }
    this.running = undefined
    try {
      this.journal([ended])
    } catch (error) {
      // A full disk, say. The job has ended all the same; only the next session will not know of it.
      this.options.onWarning?.(error)
    }
    this.show([ended])
  }

  private async outcome(job: Job, signal: AbortSignal): Promise<Partial<Job>> {
    try {
      this.store([{ ...job, state: 'running' }])
      const result = await this.options.run(job, signal, (progress) =>
        this.options.onProgress?.(job.id, progress),
      )
      return { state: 'done', result }
    } catch (error) {
      return signal.aborted ? { state: 'cancelled' } : { state: 'failed', error: reportOf(error) }
    }
  }
}
