/** How photos are to be restored and written, and where results go. */
import { z } from 'zod'
import { outputFormatIds } from './formats'

/** How a photo is to be restored. */
export const RestoreSettings = z.object({
  /** Id of an installed model, or the path of a model's folder. */
  model: z.string().min(1),
  /** Strength in per cent of each task that was chosen by hand, by its id; none of them is automatic. */
  tasks: z.record(z.string().min(1), z.number().min(0).max(100)),
  /** Per cent of the restoration mixed into the original. */
  strength: z.number().min(0).max(100),
})
export type RestoreSettings = z.infer<typeof RestoreSettings>

export const defaultSettings: RestoreSettings = { model: 'petrichor-compact', tasks: {}, strength: 100 }

export const formatChoices = ['source', ...outputFormatIds] as const
export const qualities = { least: 1, most: 100 } as const
export const depthChoices = ['source', '8', '16'] as const

/** What kind of file a result becomes. */
export const ExportSettings = z.object({
  /** `source`: that of the photo, where it can be written. */
  format: z.enum(formatChoices),
  /** Of formats that have one, see `formats`. */
  quality: z.number().int().min(qualities.least).max(qualities.most),
  /** Bits a channel, in formats that leave the choice. */
  depth: z.enum(depthChoices),
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

export const destinationKinds = ['beside', 'folder', 'tree'] as const
export type DestinationKind = (typeof destinationKinds)[number]

/** What becomes of a result whose name is taken; `overwrite` replaces earlier results and nothing else. */
export const collisionChoices = ['number', 'skip', 'overwrite'] as const

/** Fields of the template for the names of results, written in braces. */
export const nameFields = ['name', 'date', 'task', 'model', 'n'] as const
export type NameField = (typeof nameFields)[number]
export const longestTemplate = 200

/** Where the results of a batch go and what they are called; the plan makes paths of it, jobs know only those. */
export const PlacingSettings = z.object({
  destination: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('beside') }),
    /** All in one folder. */
    z.object({ kind: z.literal('folder'), folder: z.string().min(1) }),
    /** With the folders that the photos were found in. */
    z.object({ kind: z.literal('tree'), folder: z.string().min(1) }),
  ]),
  /** Template of the name without its extension, with `nameFields` in braces. */
  name: z.string().min(1).max(longestTemplate),
  collision: z.enum(collisionChoices),
})
export type PlacingSettings = z.infer<typeof PlacingSettings>

/** Names of results unless others are set; beside their photos they must be told apart from them. */
export const defaultNames: Record<DestinationKind, string> = {
  beside: '{name}-restored',
  folder: '{name}',
  tree: '{name}',
}
