import type { Job, Progress } from '../../core/batch/job'
import type { QueueChange } from '../../core/batch/queue'
import type { Pace } from '../../shared/contract'
import { paceOf, type Restored } from './pace'

/** What has become of the work that was done in one go, from when the queue began to run until nothing was left. */
export interface Stretch {
  done: number
  failed: number
  pending: number
  /** 0..1, by photos. */
  fraction: number
}

/** Finds out how large photos are, little by little; undefined where it cannot. */
export type Measure = (
  sources: string[],
  found: (megapixels: Map<string, number | undefined>) => void,
) => Promise<void>

/** Older photos say nothing of today's speed. */
const remembered = 200

/** Watches the queue and measures how fast it goes. */
export class Meter {
  /** By source; a photo that is being measured is in it already. */
  private readonly megapixels = new Map<string, number | undefined>()
  private readonly pending = new Map<string, Job>()
  private restored: Restored[] = []
  private running: { job: Job; since: number; fraction: number } | undefined
  /** Jobs of this stretch, by their states. */
  private stretch = new Map<string, Job['state']>()

  /** now: a clock in milliseconds. */
  constructor(
    private readonly measure: Measure,
    private readonly now: () => number = () => performance.now(),
  ) {}

  take({ changed, removed }: QueueChange): void {
    // What ended before now belongs to the work before.
    if (this.pending.size === 0) this.stretch.clear()
    for (const job of changed) this.takeJob(job)
    for (const id of removed) this.stretch.delete(id)
    this.measureNew(changed.filter(({ state }) => state === 'waiting'))
  }

  progress(id: string, { done, total }: Progress): void {
    if (this.running?.job.id === id && total > 0) this.running.fraction = done / total
  }

  /** Undefined while nothing is known, or nothing is to be done. */
  pace(): Pace | undefined {
    if (this.pending.size === 0) return undefined
    const { running } = this
    const waiting = [...this.pending.values()].filter(({ id }) => id !== running?.job.id)
    const ahead = waiting.map(({ source }) => this.megapixels.get(source))
    if (!running) return paceOf(this.restored, ahead)

    const megapixels = this.megapixels.get(running.job.source)
    if (megapixels === undefined) return paceOf(this.restored, [...ahead, undefined])
    const { fraction } = running
    const part = { megapixels: megapixels * fraction, seconds: (this.now() - running.since) / 1000 }
    return paceOf(
      [...this.restored, ...(fraction > 0 ? [part] : [])],
      [...ahead, megapixels * (1 - fraction)],
    )
  }

  progressOfStretch(): Stretch {
    const count = (state: Job['state']) =>
      [...this.stretch.values()].filter((other) => other === state).length
    const [done, failed] = [count('done'), count('failed')]
    const pending = this.pending.size
    const total = done + failed + pending
    const part = this.running?.fraction ?? 0
    return { done, failed, pending, fraction: total === 0 ? 0 : (done + failed + part) / total }
  }

  private takeJob(job: Job): void {
    const isPending = job.state === 'waiting' || job.state === 'running'
    if (isPending || this.pending.has(job.id)) this.stretch.set(job.id, job.state)
    if (isPending) this.pending.set(job.id, job)
    else this.pending.delete(job.id)

    if (job.state === 'running') this.running = { job, since: this.now(), fraction: 0 }
    else if (this.running?.job.id === job.id) this.running = undefined

    if (job.state === 'done' && job.result) {
      const { width, height, seconds } = job.result
      this.restored = [...this.restored, { megapixels: (width * height) / 1e6, seconds }].slice(-remembered)
    }
  }

  private measureNew(jobs: Job[]): void {
    const sources = jobs.map(({ source }) => source).filter((source) => !this.megapixels.has(source))
    if (sources.length === 0) return
    for (const source of sources) this.megapixels.set(source, undefined)
    const note = (found: Map<string, number | undefined>) => {
      for (const [source, megapixels] of found) this.megapixels.set(source, megapixels)
    }
    // Without sizes photos count alike; the time left is less exact, and nothing else suffers.
    this.measure(sources, note).catch(() => undefined)
  }
}
