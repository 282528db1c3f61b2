/** What the queue amounts to, and which of its jobs speaks for a photo. Pure. */
import type { JobState, Progress, Queue, QueueDelta, QueueItem } from '../../shared/contract'

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

/** The queue after a change. The change must be the one that follows the queue's revision. */
export function applyDelta(queue: Queue, { revision, changed, removed, paused }: QueueDelta): Queue {
  const news = new Map(changed.map((item) => [item.job.id, item]))
  const gone = new Set(removed)
  const kept = queue.items.filter(({ job }) => !gone.has(job.id))
  const renewed = kept.map((item) => {
    const newer = news.get(item.job.id)
    news.delete(item.job.id)
    return newer ?? item
  })
  const items = [...renewed, ...news.values()].sort((a, b) => a.job.order - b.job.order)
  return { revision, items, paused }
}

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

/** Whether a job's settings may still be changed: it has not begun, or may be tried again. */
export const isAdjustable = (state: JobState) =>
  state === 'waiting' || state === 'failed' || state === 'cancelled'

/**
 * The job to stand ahead of when a waiting one takes a step up (-1) or down (1); null is the end of the queue. Undefined
 * where it cannot go further.
 */
export function stepTarget(items: readonly QueueItem[], id: string, step: 1 | -1): string | null | undefined {
  const waiting = items.filter(({ job }) => job.state === 'waiting')
  const from = waiting.findIndex(({ job }) => job.id === id)
  const to = from + step
  if (from < 0 || to < 0 || to >= waiting.length) return undefined
  return waiting[step < 0 ? to : to + 1]?.job.id ?? null
}

/**
 * The job to stand ahead of when one is dropped before or behind the row of another; null is the end of the queue. Among
 * jobs that have ended or run nobody can wait, so it is the next one that waits.
 */
export function dropTarget(items: readonly QueueItem[], row: number, behind: boolean): string | null {
  const next = items.slice(behind ? row + 1 : row).find(({ job }) => job.state === 'waiting')
  return next?.job.id ?? null
}

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
