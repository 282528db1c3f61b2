/**
 * Every call and event that crosses the border between the window and main, each with the schema of what it carries.
 * Main checks what comes in against these schemas; the types on both sides are derived from them.
 */
import { z } from 'zod'
import { ErrorReport } from './errors'
import { Progress } from './job'
import { EngineStatus, Machine } from './machine'
import { Importable, ImportRequest, Model, Speed } from './models'
import { Histogram, Opened, PhotoFacts, PhotosChange, PhotoSize, Region } from './photo'
import { Folders, Placing, Preferences, WindowSettings } from './preferences'
import { Verdict } from './providers'
import { BatchAdded, Pace, Queue, QueueDelta } from './queue'
import { ExportSettings } from './settings'
import { MenuCommand, Texts } from './texts'

const nothing = z.void()
const ids = z.array(z.string())
/** Paths of dropped files in their order, '' for what has none, as what was dragged out of another program's page. */
const droppedPaths = z.array(z.string())

/** The largest side of a part that is previewed, in pixels. */
const previewSide = 4096

/** What the window may ask of main. */
export const calls = {
  /** Shows a dialog and opens what was chosen; null where the dialog was cancelled. */
  'photos.chooseFiles': { input: nothing, output: Opened.nullable() },
  'photos.chooseFolder': { input: nothing, output: Opened.nullable() },
  /** Opens dropped files and folders, except those without a path. */
  'photos.openDropped': { input: droppedPaths, output: Opened },

  /** Opens again what is open, after `browsing.subfolders` was changed; null where nothing is. */
  'photos.reopen': { input: nothing, output: Opened.nullable() },

  'folders.get': { input: nothing, output: Folders },
  /** Opens a recent or favourite folder; any other path is refused. */
  'folders.open': { input: z.string(), output: Opened },
  'folders.setFavourite': {
    input: z.object({ folder: z.string(), favourite: z.boolean() }),
    output: nothing,
  },

  /** Width and height of the upright photo. Photos and results are named by id in these three. */
  'photos.measure': { input: z.string(), output: PhotoSize },
  'photos.facts': { input: z.string(), output: PhotoFacts },
  'photos.histogram': { input: z.string(), output: Histogram },

  /** Opens the sample photos. They are not remembered among the folders, and `photos.reopen` leaves them out. */
  'photos.samples': { input: nothing, output: Opened },

  /**
   * Restores a part of a photo, in pixels of the upright photo, for the screen: a PNG at full strength. A quick preview
   * comes at once, with gates from the part alone, and may not be final yet. A new request cancels the one before.
   */
  'preview.make': {
    input: z.object({
      photo: z.string(),
      settings: WindowSettings.pick({ model: true, tasks: true }),
      region: Region.refine(({ width, height }) => Math.max(width, height) <= previewSide),
      quick: z.boolean(),
    }),
    output: z.object({
      png: z.instanceof(Uint8Array),
      gates: z.record(z.string(), z.number()),
      isFinal: z.boolean(),
    }),
  },
  'preview.cancel': { input: nothing, output: nothing },

  'models.list': { input: nothing, output: z.array(Model) },
  /** Shows a dialog and says what model the chosen file holds; null where cancelled. */
  'models.chooseFile': { input: nothing, output: Importable.nullable() },
  /** The same for the folder of a model that is an ONNX file with its manifest. */
  'models.chooseFolder': { input: nothing, output: Importable.nullable() },
  /** Index of the first dropped file or folder that holds a model; null where none does. */
  'models.findDropped': { input: droppedPaths, output: z.number().int().nullable() },
  /** Says what model one dropped file or folder holds. */
  'models.inspectDropped': { input: z.tuple([z.string().min(1)]), output: Importable },
  'models.import': { input: ImportRequest, output: Model },
  'models.cancelImport': { input: nothing, output: nothing },
  'models.remove': { input: z.string(), output: nothing },

  'machine.get': { input: nothing, output: Machine },
  /** Runs a model, by its id, for some seconds and says how fast it is. */
  'machine.speed': { input: z.string(), output: Speed },
  /** Says what can run a model, by its id: each execution provider is tried unless it was before. */
  'machine.providers': { input: z.string(), output: z.array(Verdict) },

  /** Asks for a place and writes the settings into a file there; returns its path, null where cancelled. */
  'settings.save': { input: nothing, output: z.string().nullable() },
  /** Asks for such a file and takes its settings over; null where cancelled. */
  'settings.load': { input: nothing, output: Preferences.nullable() },

  'queue.get': { input: nothing, output: Queue },
  /** Queues one photo for the viewer, ahead of all that wait. Returns the job's id. */
  'queue.restorePhoto': {
    input: z.object({ photo: z.string(), settings: WindowSettings, export: ExportSettings }),
    output: z.string(),
  },
  /** Queues photos; their results go where the preferences say. */
  'queue.addBatch': {
    input: z.object({ photos: ids.min(1), settings: WindowSettings, export: ExportSettings }),
    output: BatchAdded,
  },
  'queue.cancel': { input: ids, output: nothing },
  'queue.retry': { input: ids, output: nothing },
  /** Moves waiting jobs ahead of another waiting one, or to the end. */
  'queue.move': { input: z.object({ ids, before: z.string().nullable() }), output: nothing },
  /** Gives waiting, failed or cancelled jobs other settings. Returns the ids of those that were changed. */
  'queue.adjust': {
    input: z.object({ ids, settings: WindowSettings, export: ExportSettings }),
    output: ids,
  },
  /** Takes ended jobs off the list. Files of batches stay; results kept for the viewer are deleted. */
  'queue.remove': { input: ids, output: nothing },
  'queue.pause': { input: nothing, output: nothing },
  'queue.resume': { input: nothing, output: nothing },

  /**
   * Asks where to save the result of a finished job and saves it there, mixed with the original down to a strength in
   * per cent. Returns the path, null where cancelled.
   */
  'results.save': {
    input: z.object({ job: z.string(), strength: z.number().min(0).max(100) }),
    output: z.string().nullable(),
  },
  /** Shows a finished job's file in the system's file manager. */
  'results.reveal': { input: z.string(), output: nothing },

  'preferences.get': { input: nothing, output: Preferences },
  /** Changes any preferences but folders, which no page may name. */
  'preferences.set': {
    input: Preferences.extend({ placing: Placing.omit({ folder: true }) })
      .omit({ folders: true })
      .partial(),
    output: Preferences,
  },
  /** Shows a dialog and keeps the chosen folder for results; null where cancelled. */
  'preferences.chooseDestination': { input: nothing, output: Preferences.nullable() },

  'texts.use': { input: Texts, output: nothing },

  'engine.get': { input: nothing, output: EngineStatus },
} as const

/** Events that main sends to every window. */
export const events = {
  'queue.changed': QueueDelta,
  /** Null while the pace is unknown, or nothing waits. */
  'queue.pace': Pace.nullable(),
  'queue.progress': z.object({ id: z.string(), progress: Progress }),
  'engine.changed': EngineStatus,
  /** Progress of an import of a model; 0 of 0 while it is read. */
  'models.importing': Progress,
  /** The system asked to open something, and it was opened. */
  'photos.opened': Opened,
  'photos.notOpened': ErrorReport,
  /** A photo, by its id, has a better thumbnail than the camera's preview that was shown. */
  'photos.thumbnailMade': z.string(),
  'photos.changed': PhotosChange,
  'folders.changed': Folders,
  'menu.command': MenuCommand,
} as const

export type Calls = typeof calls
export type CallName = keyof Calls
export type CallInput<N extends CallName> = z.infer<Calls[N]['input']>
export type CallOutput<N extends CallName> = z.infer<Calls[N]['output']>

/** Calls with the paths of dropped files: the page hands the bridge the files, and cannot name a path. */
export type DropCallName = Extract<CallName, `${string}Dropped`>

export type Events = typeof events
export type EventName = keyof Events
export type EventPayload<N extends EventName> = z.infer<Events[N]>

/** Errors do not survive Electron's bridge whole, so a call answers with either side as data. */
export type Answer<T> = { ok: true; value: T } | { ok: false; error: ErrorReport }

/** The one object that the preload exposes, as `window.petrichor`. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<CallOutput<N>>>
  /** Calls with the paths of files that were dropped on the page. */
  callWithFiles<N extends DropCallName>(name: N, files: File[]): Promise<Answer<CallOutput<N>>>
  /** Returns a function that stops listening. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
  platform: 'darwin' | 'win32' | 'linux'
}
