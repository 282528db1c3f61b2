/** What the queue amounts to, and which of its jobs speaks for a photo. Pure. */
import type { JobState, Progress, QueueItem } from '../../shared/contract'

export interface Totals {
  /** Jobs that count: all but the cancelled ones. */
  readonly total: number
  readonly waiting: number
  readonly running: number
  readonly done: number
  readonly failed: number
  readonly cancelled: number
  /** Share of the work that is behind us, 0..1; a failed job is behind us, too. */
  readonly fraction: number
}

export type ProgressById = ReadonlyMap<string, Progress>

export function totalsOf(items: readonly QueueItem[], progress: ProgressById): Totals {
  const count: Record<JobState, number> = { waiting: 0, running: 0, done: 0, failed: 0, cancelled: 0 }
  let begun = 0
  for (const { job } of items) {
    count[job.state] += 1
    if (job.state === 'running') begun += fractionOf(progress.get(job.id))
  }
  const total = items.length - count.cancelled
  return { ...count, total, fraction: total === 0 ? 0 : (count.done + count.failed + begun) / total }
}

/** 0..1; nothing is known while the photo is being read. */
export function fractionOf(progress: Progress | undefined): number {
  return progress && progress.total > 0 ? progress.done / progress.total : 0
}

export const isPending = (state: JobState) => state === 'waiting' || state === 'running'

/**
 * A photo may have several jobs: restored in the viewer twice, then in a batch. The one in which something happened
 * last speaks for it. `before` and `after` are the queue's items around one change.
 */
export function followLatest(
  latest: ReadonlyMap<string, string>,
  before: readonly QueueItem[],
  after: readonly QueueItem[],
): Map<string, string> {
  const stateBefore = new Map(before.map(({ job }) => [job.id, job.state]))
  const stillThere = new Set(after.map(({ job }) => job.id))

  const next = new Map<string, string>()
  for (const [photo, id] of latest) if (stillThere.has(id)) next.set(photo, id)

  const changed = new Set<string>()
  for (const { job, photo } of after) {
    if (photo === undefined) continue
    const hasChanged = stateBefore.get(job.id) !== job.state
    if (hasChanged) changed.add(photo)
    // Where the one that spoke was taken off the list, the last of the others does.
    if (hasChanged || (!latestSurvives(latest, stillThere, photo) && !changed.has(photo))) {
      next.set(photo, job.id)
    }
  }
  return next
}

function latestSurvives(latest: ReadonlyMap<string, string>, stillThere: ReadonlySet<string>, photo: string) {
  const id = latest.get(photo)
  return id !== undefined && stillThere.has(id)
}

/** Name of the photo that a job works on; it may come from another session, so only the path is known. */
export function nameOf(item: QueueItem): string {
  return lastPart(item.job.source)
}

/** The last part of a path of any platform. */
export function lastPart(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path
}
