import type { QueueChange } from '../../core/batch/queue'
import { isPending, type Job, type Progress } from '../../shared/job'
import type { Pace } from '../../shared/queue'
import { paceOf, type Restored } from './pace'

/** The work that is done in one go, from when the queue begins to run until nothing is left. */
export interface Stretch {
  done: number
  failed: number
  pending: number
  /** Progress from 0 to 1, by photos. */
  fraction: number
}

/** Measures photos, a few at a time; undefined stands for a photo that cannot be measured. */
export type Measure = (
  sources: string[],
  found: (megapixels: Map<string, number | undefined>) => void,
) => Promise<void>

/** How many restored photos are remembered; older ones tell little about the present speed. */
const remembered = 200

interface Running {
  job: Job
  fraction: number
  /** When its first tile was done, in milliseconds, and the fraction of the photo that it was. */
  first?: { at: number; fraction: number }
}

/** Follows the queue and measures how fast it goes. */
export class Meter {
  /** By source; undefined while a photo is being measured. */
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
    // Where nothing was pending, a new stretch begins.
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

  /** Undefined while nothing is known, or nothing is left to do. */
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
   * Fraction of the running photo that is done per second, from its first tile on: what comes before, such as loading
   * the model, is not repeated. Undefined before the second tile.
   */
  private speedOf({ first, fraction }: Running): number | undefined {
    const share = fraction - (first?.fraction ?? fraction)
    return first && share > 0 ? share / ((this.now() - first.at) / 1000) : undefined
  }

  /** The finished part of the running photo: all that is known before one is finished. */
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
    // Without their sizes all photos count the same, so only the estimate of the time left is less exact.
    this.measure(sources, note).catch(() => undefined)
  }
}
