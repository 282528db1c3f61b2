import type { QueueChange } from '../../core/batch/queue'
import { isPending, type Job, type Progress } from '../../shared/job'
import type { Pace } from '../../shared/queue'
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

interface Running {
  job: Job
  fraction: number
  /** When its first tile was done, in milliseconds, and how much of the photo that was. */
  first?: { at: number; fraction: number }
}

/** Watches the queue and measures how fast it goes. */
export class Meter {
  /** By source; a photo that is being measured is in it already. */
  private readonly megapixels = new Map<string, number | undefined>()
  private readonly pending = new Map<string, Job>()
  private restored: Restored[] = []
  private running: Running | undefined
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
    if (this.running?.job.id !== id || total === 0) return
    this.running.fraction = done / total
    if (done > 0) this.running.first ??= { at: this.now(), fraction: done / total }
  }

  /** Undefined while nothing is known, or nothing is to be done. */
  pace(): Pace | undefined {
    if (this.pending.size === 0) return undefined
    const { running } = this
    const speed = running && this.speedOf(running)
    const ahead = [...this.pending.values()]
      .filter(({ id }) => speed === undefined || id !== running?.job.id)
      .map(({ source }) => this.megapixels.get(source))
    if (!running || speed === undefined) return paceOf(this.restored, ahead)

    const pace = paceOf(this.restored.length > 0 ? this.restored : this.partOf(running), ahead)
    return pace && { ...pace, secondsLeft: pace.secondsLeft + (1 - running.fraction) / speed }
  }

  /**
   * Share of the running photo that is done in a second, from its first tile on: what comes before, such as loading the
   * model, does not come again. Undefined before the second tile.
   */
  private speedOf({ first, fraction }: Running): number | undefined {
    const share = fraction - (first?.fraction ?? fraction)
    return first && share > 0 ? share / ((this.now() - first.at) / 1000) : undefined
  }

  /** All that is known before a photo is finished. */
  private partOf({ job, first, fraction }: Running): Restored[] {
    const megapixels = this.megapixels.get(job.source)
    if (megapixels === undefined || !first) return []
    return [{ megapixels: megapixels * (fraction - first.fraction), seconds: (this.now() - first.at) / 1000 }]
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
    const isAhead = isPending(job.state)
    if (isAhead || this.pending.has(job.id)) this.stretch.set(job.id, job.state)
    if (isAhead) this.pending.set(job.id, job)
    else this.pending.delete(job.id)

    if (job.state === 'running') this.running = { job, fraction: 0 }
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
