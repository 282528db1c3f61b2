/** Totals of the queue, changes to it, and the latest job of each photo. Pure. */
import type { Job, JobState, Progress } from '../../shared/job'
import type { Queue, QueueDelta, QueueItem } from '../../shared/queue'

export interface Totals {
  /** Jobs that count: all but the cancelled ones. */
  readonly total: number
  readonly waiting: number
  readonly running: number
  readonly done: number
  readonly failed: number
  readonly cancelled: number
  /** Share of the work that is done, 0..1; failed jobs count as done. */
  readonly fraction: number
}

export type ProgressById = ReadonlyMap<string, Progress>

/** The queue after a change. The change must be the one that follows the queue's revision. */
export function applyDelta(queue: Queue, { revision, changed, removed, paused }: QueueDelta): Queue {
  const news = new Map(changed.map((item) => [item.job.id, item]))
  const gone = new Set(removed)
  const others = removed.length === 0 ? queue.items : queue.items.filter(({ job }) => !gone.has(job.id))
  let isInOrder = true
  const items = others.map((item) => {
    const newer = news.get(item.job.id)
    if (!newer) return item
    news.delete(item.job.id)
    isInOrder &&= newer.job.order === item.job.order
    return newer
  })
  if (news.size === 0 && isInOrder) return { revision, items, paused }
  items.push(...news.values())
  return { revision, items: items.sort((a, b) => a.job.order - b.job.order), paused }
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

/** 0..1; 0 while the photo is being read, for its tiles are not known yet. */
export function fractionOf(progress: Progress | undefined): number {
  return progress && progress.total > 0 ? progress.done / progress.total : 0
}

/**
 * Whether a job's settings may still be changed in the queue: it has not begun, or can be retried. Jobs of the viewer
 * follow the viewer's settings.
 */
export const isAdjustable = ({ purpose, state }: Job) =>
  purpose === 'batch' && (state === 'waiting' || state === 'failed' || state === 'cancelled')

/**
 * The job before which a waiting one is put when it moves up (-1) or down (1) by one; null is the end of the queue.
 * Undefined where it cannot go further.
 */
export function stepTarget(items: readonly QueueItem[], id: string, step: 1 | -1): string | null | undefined {
  const waiting = items.filter(({ job }) => job.state === 'waiting')
  const from = waiting.findIndex(({ job }) => job.id === id)
  const to = from + step
  if (from < 0 || to < 0 || to >= waiting.length) return undefined
  return waiting[step < 0 ? to : to + 1]?.job.id ?? null
}

/**
 * The job before which a dragged one is put when it is dropped before or behind a row; null is the end of the queue. It
 * is the next waiting job, for nothing can wait among jobs that run or have ended.
 */
export function dropTarget(items: readonly QueueItem[], row: number, behind: boolean): string | null {
  const next = items.slice(behind ? row + 1 : row).find(({ job }) => job.state === 'waiting')
  return next?.job.id ?? null
}

/**
 * Updates the latest job of each photo, by its id: of several (restored in the viewer twice, then in a batch) the one
 * that changed its state last. `before` are the queue's items by their ids before the change, `after` those after it.
 * The cost grows with the change, not with the queue.
 */
export function followLatest(
  latest: ReadonlyMap<string, string>,
  before: ReadonlyMap<string, QueueItem>,
  after: readonly QueueItem[],
  { changed, removed }: Pick<QueueDelta, 'changed' | 'removed'>,
): ReadonlyMap<string, string> {
  const updated = changed.flatMap(({ job, photo }): [string, string][] => {
    if (photo === undefined) return []
    const hasChanged = before.get(job.id)?.job.state !== job.state
    return hasChanged || !latest.has(photo) ? [[photo, job.id]] : []
  })
  const orphaned = new Set(
    removed.flatMap((id) => {
      const photo = before.get(id)?.photo
      return photo !== undefined && latest.get(photo) === id ? photo : []
    }),
  )
  if (updated.length + orphaned.size === 0) return latest

  const next = new Map(latest)
  for (const photo of orphaned) next.delete(photo)
  // Where the latest job was removed, the last of the others takes its place.
  if (orphaned.size > 0) {
    for (const { job, photo } of after) {
      if (photo !== undefined && orphaned.has(photo)) next.set(photo, job.id)
    }
  }
  for (const [photo, id] of updated) next.set(photo, id)
  return next
}

/** Name of the photo that a job works on; it may come from another session, so only the path is known. */
export function nameOf(item: QueueItem): string {
  return lastPart(item.job.source)
}

/** The last part of a path of any platform. */
export function lastPart(path: string): string {
  return path.split(/[\\/]/).filter(Boolean).at(-1) ?? path
}
