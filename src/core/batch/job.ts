import { z } from 'zod'
import { ErrorReport } from '../errors'

/** How a photo is to be restored. */
export const RestoreSettings = z.object({
  /** Id of an installed network, or the path of a network folder. */
  model: z.string().min(1),
  /** `auto`, or the id of one of the network's tasks. */
  task: z.string().min(1),
  /** Per cent of the restoration mixed into the original. */
  strength: z.number().min(0).max(100),
})
export type RestoreSettings = z.infer<typeof RestoreSettings>

export const defaultSettings: RestoreSettings = { model: 'petrichor-compact', task: 'auto', strength: 100 }

/** What a finished job has to tell. */
export const JobResult = z.object({
  /** The file as it was written in the end; differs from the planned one where that name was taken meanwhile. */
  output: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  seconds: z.number(),
  /** Weight of each expert by name, 0..1, as the network's routers settled it; empty for networks without gates. */
  gates: z.record(z.string(), z.number()),
  /** The execution provider that ran the network. */
  provider: z.string(),
})
export type JobResult = z.infer<typeof JobResult>

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]

/**
 * One photo to restore. The viewer, a batch of a thousand and the terminal all make the same job; it is plain data, so
 * that it can be journalled and sent between processes.
 */
export const Job = z.object({
  id: z.string(),
  source: z.string(),
  output: z.string(),
  /** `photo`: asked for by the viewer, ends with the session. `batch`: written down, and done after a restart too. */
  purpose: z.enum(['photo', 'batch']),
  settings: RestoreSettings,
  state: z.enum(jobStates),
  /** Place in the queue; smaller runs first. */
  order: z.number(),
  result: JobResult.optional(),
  error: ErrorReport.optional(),
})
export type Job = z.infer<typeof Job>

/** How far the running photo is. */
export const Progress = z.object({
  /** Tiles finished and tiles in all; 0 of 0 while the photo is read. */
  done: z.number().int(),
  total: z.number().int(),
})
export type Progress = z.infer<typeof Progress>
