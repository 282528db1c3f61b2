/** What is kept between sessions, with its defaults. */
import { z } from 'zod'
import { Allowance } from './machine'
import { ModelId } from './models'
import { photoUses } from './photoUse'
import {
  defaultExport,
  defaultNames,
  defaultSettings,
  destinationKinds,
  ExportSettings,
  PlacingSettings,
  RestoreSettings,
} from './settings'

/** Settings as the window may give them: models by id alone, never by path. */
export const WindowSettings = RestoreSettings.extend({ model: ModelId })

/** Where batches go, as it is kept: a folder that was once chosen stays while results go beside their photos. */
export const Placing = PlacingSettings.omit({ destination: true }).extend({
  kind: z.enum(destinationKinds),
  /** Null until one was chosen. */
  folder: z.string().nullable(),
})
export type Placing = z.infer<typeof Placing>

export const sortKeys = ['name', 'date', 'size'] as const

/** How the grid shows photos. */
export const Browsing = z.object({
  sort: z.enum(sortKeys),
  descending: z.boolean(),
  /** Whether opening a folder opens the folders in it too. */
  subfolders: z.boolean(),
})
export type Browsing = z.infer<typeof Browsing>

/** Folders to come back to, by their paths; the latest first. */
export const Folders = z.object({ recent: z.array(z.string()), favourites: z.array(z.string()) })
export type Folders = z.infer<typeof Folders>

export const longestPresetName = 60

/** Settings under a name. */
export const Preset = z.object({
  name: z.string().trim().min(1).max(longestPresetName),
  restore: WindowSettings,
  export: ExportSettings,
  placing: Placing.omit({ folder: true }),
})
export type Preset = z.infer<typeof Preset>

export const themes = ['system', 'light', 'dark'] as const
/** Languages of the window; each has a file of texts in `renderer/i18n`. */
export const languages = ['en', 'de', 'fr', 'es', 'ja', 'zh-CN'] as const
export type Language = (typeof languages)[number]
/** Edge of a thumbnail in the grid, in pixels. */
export const thumbnailSizes = { least: 96, most: 320 } as const

/** What is kept between sessions. */
export const Preferences = z.object({
  restore: WindowSettings,
  export: ExportSettings,
  placing: Placing,
  thumbnailSize: z.number().min(thumbnailSizes.least).max(thumbnailSizes.most),
  browsing: Browsing,
  folders: Folders,
  presets: z.array(Preset).max(100),
  photoUse: z.enum(photoUses),
  theme: z.enum(themes),
  language: z.enum(['system', ...languages]),
  allowance: Allowance,
})
export type Preferences = z.infer<typeof Preferences>

/**
 * Preferences that can be given to others as a file: all that do not belong to this machine, without the folder for
 * results, and without what the photos are for: each user answers for that, and a file from somebody else would silence
 * the warnings. One that is added needs a default in its schema, because older files lack it.
 */
export const SharedPreferences = Preferences.omit({
  thumbnailSize: true,
  browsing: true,
  folders: true,
  photoUse: true,
  allowance: true,
}).extend({ placing: Placing.omit({ folder: true }) })
export type SharedPreferences = z.infer<typeof SharedPreferences>

export const defaultPreferences: Preferences = {
  restore: defaultSettings,
  export: defaultExport,
  placing: { kind: 'tree', folder: null, name: defaultNames.tree, collision: 'number' },
  thumbnailSize: 176,
  browsing: { sort: 'name', descending: false, subfolders: true },
  folders: { recent: [], favourites: [] },
  presets: [],
  photoUse: 'unstated',
  theme: 'system',
  language: 'system',
  allowance: { tile: null, memory: null, pixels: null },
}
