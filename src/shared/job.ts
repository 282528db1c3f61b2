import { z } from 'zod'
import { ErrorReport } from './errors'
import { FileState } from './fileState'
import { Note } from './notes'

/** How a photo is to be restored. */
export const RestoreSettings = z.object({
  /** Id of an installed model, or the path of a model folder. */
  model: z.string().min(1),
  /** Strength in per cent of each task that was chosen by hand, by its id; none of them is automatic. */
  tasks: z.record(z.string().min(1), z.number().min(0).max(100)),
  /** Per cent of the restoration mixed into the original. */
  strength: z.number().min(0).max(100),
})
export type RestoreSettings = z.infer<typeof RestoreSettings>

export const defaultSettings: RestoreSettings = { model: 'petrichor-compact', tasks: {}, strength: 100 }

/** What kind of file a result becomes. */
export const ExportSettings = z.object({
  /** `source`: that of the photo, where it can be written. */
  format: z.enum(['source', 'jpeg', 'png', 'tiff', 'webp', 'avif']),
  /** Of JPEG, WebP and AVIF; a format without loss has none. */
  quality: z.number().int().min(1).max(100),
  /** Bits a channel in PNG and TIFF. */
  depth: z.enum(['source', '8', '16']),
  /** Leave out where the photo was taken, and nothing else. */
  stripLocation: z.boolean(),
})
export type ExportSettings = z.infer<typeof ExportSettings>

export const defaultExport: ExportSettings = {
  format: 'source',
  quality: 95,
  depth: 'source',
  stripLocation: false,
}

/** Where the results of a batch go and what they are called; the plan makes paths of it, jobs know only those. */
export const PlacingSettings = z.object({
  destination: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('beside') }),
    /** All in one folder. */
    z.object({ kind: z.literal('folder'), folder: z.string().min(1) }),
    /** With the folders that the photos were found in. */
    z.object({ kind: z.literal('tree'), folder: z.string().min(1) }),
  ]),
  /** Template of the name without its extension, with {name}, {date}, {task}, {model} and {n}. */
  name: z.string().min(1).max(200),
  /** What becomes of a result whose name is taken; `overwrite` replaces former results and nothing else. */
  collision: z.enum(['number', 'skip', 'overwrite']),
})
export type PlacingSettings = z.infer<typeof PlacingSettings>

/** Names of results unless others are wished; beside their photos they must be told apart from them. */
export const defaultNames = { beside: '{name}-restored', folder: '{name}', tree: '{name}' } as const

/** What a finished job has to tell. */
export const JobResult = z.object({
  /** The file as it was written in the end; differs from the planned one where that name was taken meanwhile. */
  output: z.string(),
  width: z.number().int(),
  height: z.number().int(),
  /** From reading the photo until it was written; the model was loaded before. */
  seconds: z.number(),
  /** Weight of each expert by name, 0..1, as the model's routers settled it; empty for models without gates. */
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
   * `photo`: asked for by the viewer, ends with the session; its output is kept without loss, to be packed as the export
   * says when it is saved. `batch`: written down, and done after a restart too.
   */
  purpose: z.enum(['photo', 'batch']),
  settings: RestoreSettings,
  export: ExportSettings,
  /** Tells this job from all that would write something else; absent where finished work is not to be recognised. */
  fingerprint: z.string().optional(),
  /** A former result at `output` that is to be replaced, as long as it is still this one. */
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
