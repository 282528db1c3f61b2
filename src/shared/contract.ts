/**
 * Every call and event that crosses the border between the window and main, each with the schema of what it carries.
 * Main checks what comes in against these schemas; the types on both sides are derived from them.
 */
import { z } from 'zod'
import { ExportSettings, Job, PlacingSettings, Progress, RestoreSettings } from '../core/batch/job'
import { ErrorReport } from '../core/errors'

export type { ExportSettings, Job, JobResult, JobState, Progress, RestoreSettings } from '../core/batch/job'
export type { ErrorCode, ErrorReport } from '../core/errors'

/** Settings as the window may give them: networks by id alone, never by path. */
const Settings = RestoreSettings.extend({ model: z.string().regex(/^[a-z0-9][a-z0-9-]*$/) })

/** A photo that the user opened. The window never names files by path: it passes the id back. */
export const Photo = z.object({
  id: z.string(),
  name: z.string(),
  /** Folder relative to the opened one, '' at its top; for display and mirrored trees. */
  folder: z.string(),
  bytes: z.number(),
  /** Milliseconds since 1970. */
  modified: z.number(),
})
export type Photo = z.infer<typeof Photo>

/** What opening files or a folder brought. */
export const Opened = z.object({
  /** Path of the folder, or of the one that holds the opened files; for display. */
  folder: z.string(),
  photos: z.array(Photo),
})
export type Opened = z.infer<typeof Opened>

export const Measures = z.object({ width: z.number(), height: z.number() })

/** What a photo's file tells of it; what it does not tell is left out. */
export const PhotoFacts = Measures.extend({
  /** Bits a channel. */
  depth: z.number(),
  /** The colour profile by its name, or else the colour model. */
  colour: z.string(),
  format: z.string(),
  camera: z.string().optional(),
  lens: z.string().optional(),
  /** Seconds. */
  exposure: z.number().optional(),
  aperture: z.number().optional(),
  iso: z.number().optional(),
  /** Millimetres. */
  focalLength: z.number().optional(),
  /** As the camera wrote it: a time without a zone, ISO 8601. */
  taken: z.string().optional(),
})
export type PhotoFacts = z.infer<typeof PhotoFacts>

/** How many pixels of a thousand have each of the 256 values, for each channel. */
export const Histogram = z.object({
  red: z.array(z.number()),
  green: z.array(z.number()),
  blue: z.array(z.number()),
})
export type Histogram = z.infer<typeof Histogram>

/** A queued job together with the photo that it belongs to, where that is open in this session. */
export const QueueItem = z.object({
  job: Job,
  /** Id of the opened photo, absent where the queue outlived the session that opened it. */
  photo: z.string().optional(),
  /** Id under which the finished result can be shown, once it is done. */
  view: z.string().optional(),
})
export type QueueItem = z.infer<typeof QueueItem>

export const Queue = z.object({ items: z.array(QueueItem), paused: z.boolean() })
export type Queue = z.infer<typeof Queue>

/** A network as the window shows it. */
export const Model = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  tasks: z.array(z.object({ id: z.string(), label: z.string() })),
  bytes: z.number(),
  licence: z.string(),
  quality: z.array(
    z.object({ benchmark: z.string(), metric: z.string(), degraded: z.number(), restored: z.number() }),
  ),
})
export type Model = z.infer<typeof Model>

/** Where batches go, as it is kept: a folder that was once chosen stays while results go beside their photos. */
export const Placing = PlacingSettings.omit({ destination: true }).extend({
  kind: z.enum(['beside', 'folder', 'tree']),
  /** Null until one was chosen. */
  folder: z.string().nullable(),
})
export type Placing = z.infer<typeof Placing>

/** What is kept between sessions. */
export const Preferences = z.object({
  restore: Settings,
  export: ExportSettings,
  placing: Placing,
  /** Edge of a thumbnail in the grid, in pixels. */
  thumbnailSize: z.number().min(96).max(320),
})
export type Preferences = z.infer<typeof Preferences>

export const EngineStatus = z.object({
  state: z.enum(['starting', 'ready', 'stopped']),
  /** Why it stopped, in one sentence. */
  reason: z.string().optional(),
})
export type EngineStatus = z.infer<typeof EngineStatus>

const nothing = z.void()
const ids = z.array(z.string())

/** What the window may ask of main. */
export const calls = {
  /** Show a dialog and open what was chosen; null where the dialog was cancelled. */
  'photos.chooseFiles': { input: nothing, output: Opened.nullable() },
  'photos.chooseFolder': { input: nothing, output: Opened.nullable() },
  /** Open dropped files and folders. Only the bridge calls it: paths come from real drops, not from the page. */
  'photos.openDropped': { input: z.array(z.string().min(1)), output: Opened },

  /** Width and height of the upright photo. Photos and results are named by id in these three. */
  'photos.measure': { input: z.string(), output: Measures },
  'photos.facts': { input: z.string(), output: PhotoFacts },
  'photos.histogram': { input: z.string(), output: Histogram },

  'models.list': { input: nothing, output: z.array(Model) },

  'queue.get': { input: nothing, output: Queue },
  /** Restore one photo for the viewer, ahead of everything waiting. Returns the job's id. */
  'queue.restorePhoto': {
    input: z.object({ photo: z.string(), settings: Settings, export: ExportSettings }),
    output: z.string(),
  },
  /** Restore photos to where the preferences say. Returns the jobs' ids. */
  'queue.addBatch': {
    input: z.object({ photos: ids.min(1), settings: Settings, export: ExportSettings }),
    output: ids,
  },
  'queue.cancel': { input: ids, output: nothing },
  'queue.retry': { input: ids, output: nothing },
  /** Take ended jobs off the list; files stay. */
  'queue.remove': { input: ids, output: nothing },
  'queue.pause': { input: nothing, output: nothing },
  'queue.resume': { input: nothing, output: nothing },

  /** Ask where to save the result of any finished job and save it there. Returns the path, null where cancelled. */
  'results.save': { input: z.string(), output: z.string().nullable() },
  /** Show a finished job's file in the system's file manager. */
  'results.reveal': { input: z.string(), output: nothing },

  'preferences.get': { input: nothing, output: Preferences },
  /** All but the folder of results, which no page may name. */
  'preferences.set': {
    input: Preferences.extend({ placing: Placing.omit({ folder: true }) }).partial(),
    output: Preferences,
  },
  /** Show a dialog and keep the chosen folder for results; null where cancelled. */
  'preferences.chooseDestination': { input: nothing, output: Preferences.nullable() },

  'engine.get': { input: nothing, output: EngineStatus },
} as const

/** What main tells every window. */
export const events = {
  'queue.changed': Queue,
  'queue.progress': z.object({ id: z.string(), progress: Progress }),
  'engine.changed': EngineStatus,
  /** A menu item or file association asks the window to act or to show what was opened. */
  'photos.opened': Opened,
  'menu.command': z.enum([
    'open-files',
    'open-folder',
    'restore',
    'queue-selection',
    'save-result',
    'toggle-queue',
  ]),
} as const

export type Calls = typeof calls
export type CallName = keyof Calls
export type CallInput<N extends CallName> = z.infer<Calls[N]['input']>
export type CallOutput<N extends CallName> = z.infer<Calls[N]['output']>

export type Events = typeof events
export type EventName = keyof Events
export type EventPayload<N extends EventName> = z.infer<Events[N]>

/** Errors do not survive Electron's bridge whole, so a call answers with either side as data. */
export type Answer<T> = { ok: true; value: T } | { ok: false; error: ErrorReport }

/** The one object that the preload exposes, as `window.petrichor`. */
export interface Bridge {
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<CallOutput<N>>>
  /** Returns a function that stops listening. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void
  /** Open files and folders that were dropped on the page. */
  openDropped(files: File[]): Promise<Answer<Opened>>
  platform: 'darwin' | 'win32' | 'linux'
}
