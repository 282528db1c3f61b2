/** One photo to restore, and what became of it. */
import { z } from 'zod'
import { ErrorReport } from './errors'
import { FileState } from './photo'
import { ExportSettings, RestoreSettings } from './settings'

/** Stable names of what is worth saying of a result that succeeded. */
export const noteCodes = [
  'first-of-several',
  'cmyk-converted',
  'format-replaced',
  'depth-reduced',
  'alpha-flattened',
] as const

/** What was done to a photo beyond restoring it: a sentence that a person reads, and a code for scripts. */
export const Note = z.object({ code: z.enum(noteCodes), message: z.string() })
export type Note = z.infer<typeof Note>

/** What a finished job has to tell. */
export const JobResult = z.object({
  /** The file as it was written in the end; differs from the planned one where that name was taken meanwhile. */
  output: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  /** From reading the photo until it was written; the model was loaded before. */
  seconds: z.number(),
  /** Weight of each expert by name, 0..1, as resolved for the whole photo; empty for models without gates. */
  gates: z.record(z.string(), z.number()),
  /** The execution provider that ran the model. */
  provider: z.string(),
  /** What else was done to the photo and is worth saying. */
  notes: z.array(Note).default([]),
})
export type JobResult = z.infer<typeof JobResult>

export const jobStates = ['waiting', 'running', 'done', 'failed', 'cancelled'] as const
export type JobState = (typeof jobStates)[number]

/** Whether a job is still to be done. */
export const isPending = (state: JobState): boolean => state === 'waiting' || state === 'running'

/**
 * One photo to restore. The viewer, a batch of a thousand and the terminal all make the same job; it is plain data, so
 * that it can be journalled and sent between processes.
 */
export const Job = z.object({
  id: z.string(),
  source: z.string(),
  output: z.string(),
  /**
   * `photo`: asked for by the viewer, ends with the session; its output is stored losslessly, and packed as `export`
   * says when it is saved. `batch`: written down, and done after a restart too.
   */
  purpose: z.enum(['photo', 'batch']),
  settings: RestoreSettings,
  export: ExportSettings,
  /** Tells this job from all that would write something else; absent where finished work is not to be recognised. */
  fingerprint: z.string().optional(),
  /** An earlier result at `output` that is to be replaced, as long as it is still this one. */
  replaces: FileState.optional(),
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
