/** The queue as the window is told of it. */
import { z } from 'zod'
import { Job } from './job'

/** A queued job together with the photo that it belongs to, where that is open in this session. */
export const QueueItem = z.object({
  job: Job,
  /** Id of the opened photo, absent where the queue outlived the session that opened it. */
  photo: z.string().optional(),
  /** Id under which the finished result can be shown, once it is done. */
  view: z.string().optional(),
})
export type QueueItem = z.infer<typeof QueueItem>

/** The whole queue. Each change raises its revision by one. */
export const Queue = z.object({
  revision: z.number().int(),
  /** In their order. */
  items: z.array(QueueItem),
  paused: z.boolean(),
})
export type Queue = z.infer<typeof Queue>

/** What led from the revision before to this one. */
export const QueueDelta = z.object({
  revision: z.number().int(),
  changed: z.array(QueueItem),
  removed: z.array(z.string()),
  paused: z.boolean(),
})
export type QueueDelta = z.infer<typeof QueueDelta>

/**
 * Why the plan of a batch leaves a photo out: it was restored before with the same settings, its name is taken and such
 * photos are to be skipped, or it is an earlier result itself.
 */
export const skipReasons = ['done', 'taken', 'result'] as const
export type SkipReason = (typeof skipReasons)[number]

/** Why a photo gets no job; beside the plan's reasons, that a job like it waits already. */
export const leftOutReasons = [...skipReasons, 'queued'] as const

/** What became of photos that were to be queued: how many are, and which are left out. */
export const BatchAdded = z.object({
  added: z.number().int(),
  leftOut: z.array(z.object({ photo: z.string(), reason: z.enum(leftOutReasons) })),
})
export type BatchAdded = z.infer<typeof BatchAdded>

/** How fast the queue goes. */
export const Pace = z.object({
  megapixelsPerSecond: z.number(),
  /** Until everything that waits is done. */
  secondsLeft: z.number(),
})
export type Pace = z.infer<typeof Pace>
