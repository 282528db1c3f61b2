/**
 * Every call and event that crosses the border between the window and main, each with the schema of what it carries.
 * Main checks what comes in against these schemas; the types on both sides are derived from them.
 */
import { z } from 'zod'
import { ExportSettings, Job, PlacingSettings, Progress, RestoreSettings } from './job'
import { ErrorReport } from './errors'
import { Cause } from '../core/providers/verdicts'

export { isPending } from './job'
export type { ExportSettings, Job, JobResult, JobState, Progress, RestoreSettings } from './job'
export type { ErrorCode, ErrorReport } from './errors'

/** Settings as the window may give them: models by id alone, never by path. */
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
  /** The folder that was opened as such and is watched from now on; null for files, or several folders. */
  root: z.string().nullable(),
  photos: z.array(Photo),
  /** Paths of files and folders that may not be looked at; for display. */
  passedOver: z.array(z.string()),
})
export type Opened = z.infer<typeof Opened>

/** What has happened in the opened folder: photos that are new or no longer the same, and ids of those that are gone. */
export const PhotosChange = z.object({ changed: z.array(Photo), removed: z.array(z.string()) })
export type PhotosChange = z.infer<typeof PhotosChange>

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
 * Why a photo needs no job: it was restored before with the same settings, it waits for that already, its name is taken and
 * such photos are to be skipped, or it is a former result itself.
 */
export const leftOutReasons = ['done', 'queued', 'taken', 'result'] as const

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

/** How fast a model works through a photo on this machine. */
export const Speed = z.object({
  megapixelsPerSecond: z.number(),
  /** Execution provider that ran it. */
  provider: z.string(),
})
export type Speed = z.infer<typeof Speed>

/** What kind of model weights hold, by its name and sizes. */
export const ArchitectureSummary = z.object({ label: z.string(), width: z.number(), blocks: z.string() })
export type ArchitectureSummary = z.infer<typeof ArchitectureSummary>

const WeightsFile = ArchitectureSummary.extend({ file: z.string() })

/** A model as the window shows it. */
export const Model = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  architecture: z.string(),
  /** Names of its experts; empty for models without gates. */
  experts: z.array(z.string()),
  tasks: z.array(z.object({ id: z.string(), label: z.string() })),
  bytes: z.number(),
  /** Where its weights come from, in its maker's sentences. */
  training: z.string(),
  /** The file of weights that it was imported from, and what that held. */
  imported: WeightsFile.optional(),
  /** '' where nobody has said any. */
  licence: z.string(),
  /** Whether the user imported it, and may remove it. */
  removable: z.boolean(),
  quality: z.array(
    z.object({ benchmark: z.string(), metric: z.string(), degraded: z.number(), restored: z.number() }),
  ),
  /** As it was last measured here; absent where it never was. */
  speed: Speed.optional(),
})
export type Model = z.infer<typeof Model>

/** What model a file of weights holds, before it is imported. */
export const Importable = z.object({
  /** Stands for the file when it is imported. */
  ticket: z.string(),
  file: z.string(),
  /** What it will be called unless something else is wished. */
  name: z.string(),
  bytes: z.number(),
  architecture: z.string(),
  /** Absent for a model that is an ONNX file; that is described by its maker. */
  kind: ArchitectureSummary.optional(),
  description: z.string(),
  parameters: z.number(),
  /** How many experts it has, how many of them are kept unless wished otherwise, and whether that can be wished. */
  experts: z.number(),
  kept: z.number(),
  canChooseKept: z.boolean(),
  /** What its maker says; a file of weights says nothing. */
  licence: z.string().optional(),
})
export type Importable = z.infer<typeof Importable>

export const ImportWish = z.object({
  ticket: z.string(),
  name: z.string().trim().min(1).max(80),
  licence: z.string().trim().max(2000),
  /** How many experts are kept; left out, as the file speaks for. */
  kept: z.number().int().min(1).optional(),
})
export type ImportWish = z.infer<typeof ImportWish>

export const Machine = z.object({
  processor: z.string(),
  cores: z.number(),
  /** Bytes. */
  memory: z.number(),
  freeMemory: z.number(),
  system: z.string(),
  electron: z.string(),
})
export type Machine = z.infer<typeof Machine>

/** What came of trying an execution provider. */
export const ProviderVerdict = z.object({
  name: z.string(),
  trusted: z.boolean(),
  /** Why it is set aside; absent if it is trusted. */
  cause: Cause.optional(),
  megapixelsPerSecond: z.number().optional(),
})
export type ProviderVerdict = z.infer<typeof ProviderVerdict>

/** Where batches go, as it is kept: a folder that was once chosen stays while results go beside their photos. */
export const Placing = PlacingSettings.omit({ destination: true }).extend({
  kind: z.enum(['beside', 'folder', 'tree']),
  /** Null until one was chosen. */
  folder: z.string().nullable(),
})
export type Placing = z.infer<typeof Placing>

/** How the grid shows photos. */
export const Browsing = z.object({
  sort: z.enum(['name', 'date', 'size']),
  descending: z.boolean(),
  /** Whether opening a folder opens the folders in it too. */
  subfolders: z.boolean(),
})
export type Browsing = z.infer<typeof Browsing>

/** What of the machine restoring may use; null is automatic. */
export const Allowance = z.object({
  /** Side of a tile, in pixels. */
  tile: z.number().int().min(64).max(4096).nullable(),
  /** Bytes that reading or writing a photo may hold. */
  memory: z.number().min(1e8).nullable(),
  /** Width × height of the largest photo that is opened. */
  pixels: z.number().int().min(1e6).nullable().default(null),
})
export type Allowance = z.infer<typeof Allowance>

/** Folders to come back to, by their paths; the latest first. */
export const Folders = z.object({ recent: z.array(z.string()), favourites: z.array(z.string()) })
export type Folders = z.infer<typeof Folders>

/** Settings under a name. */
export const Preset = z.object({
  name: z.string().trim().min(1).max(60),
  restore: Settings,
  export: ExportSettings,
  placing: Placing.omit({ folder: true }),
})
export type Preset = z.infer<typeof Preset>

export const themes = ['system', 'light', 'dark'] as const
export const languages = ['en', 'de', 'fr', 'es', 'ja', 'zh-CN'] as const

/** What is kept between sessions. */
export const Preferences = z.object({
  restore: Settings,
  export: ExportSettings,
  placing: Placing,
  /** Edge of a thumbnail in the grid, in pixels. */
  thumbnailSize: z.number().min(96).max(320),
  browsing: Browsing,
  folders: Folders,
  presets: z.array(Preset).max(100),
  theme: z.enum(themes),
  language: z.enum(['system', ...languages]),
  allowance: Allowance,
})
export type Preferences = z.infer<typeof Preferences>

export const EngineStatus = z.object({
  state: z.enum(['starting', 'ready', 'stopped']),
  /** Why it stopped: it ended by itself, its program is missing, or it did not start. */
  reason: z.enum(['ended', 'missing', 'unstartable']).optional(),
  /** An exit code, a signal or a message of the system. */
  how: z.string().optional(),
})
export type EngineStatus = z.infer<typeof EngineStatus>

const nothing = z.void()
const ids = z.array(z.string())

export const MenuCommand = z.enum([
  'open-files',
  'open-folder',
  'restore',
  'queue-selection',
  'save-result',
  'toggle-queue',
  'open-settings',
  'open-models',
  'open-machine',
  'show-shortcuts',
])
export type MenuCommand = z.infer<typeof MenuCommand>

const Label = z.string().min(1).max(80)
/** What the application menu says, in the window's language. */
export const MenuLabels = z.object({
  file: Label,
  photo: Label,
  view: Label,
  help: Label,
  ...(Object.fromEntries(MenuCommand.options.map((name) => [name, Label])) as Record<
    MenuCommand,
    typeof Label
  >),
})
export type MenuLabels = z.infer<typeof MenuLabels>

/** What main says outside the window, in the window's language. */
export const Texts = z.object({
  menu: MenuLabels,
  /** Kinds of files that dialogs ask for. */
  files: z.object({ photos: Label, weights: Label, settings: Label }),
  /** Titles of dialogs, by what they are for. */
  dialogs: z.object({
    files: Label,
    folder: Label,
    destination: Label,
    saveResult: Label,
    weights: Label,
    modelFolder: Label,
    saveSettings: Label,
    loadSettings: Label,
  }),
  /** What is told when the queue has come to its end; {done} and {failed} stand for how many photos were restored or not. */
  ended: z.object({ well: Label, badly: Label, done: Label, doneAndFailed: Label }),
})
export type Texts = z.infer<typeof Texts>

/** What the window may ask of main. */
export const calls = {
  /** Show a dialog and open what was chosen; null where the dialog was cancelled. */
  'photos.chooseFiles': { input: nothing, output: Opened.nullable() },
  'photos.chooseFolder': { input: nothing, output: Opened.nullable() },
  /** Open dropped files and folders. Only the bridge calls it: paths come from real drops, not from the page. */
  'photos.openDropped': { input: z.array(z.string().min(1)), output: Opened },

  /** Open once more what is open, after `browsing.subfolders` was changed; null where nothing is. */
  'photos.reopen': { input: nothing, output: Opened.nullable() },

  'folders.get': { input: nothing, output: Folders },
  /** Open a recent or favourite folder; no other path is taken. */
  'folders.open': { input: z.string(), output: Opened },
  'folders.setFavourite': {
    input: z.object({ folder: z.string(), favourite: z.boolean() }),
    output: nothing,
  },

  /** Width and height of the upright photo. Photos and results are named by id in these three. */
  'photos.measure': { input: z.string(), output: Measures },
  'photos.facts': { input: z.string(), output: PhotoFacts },
  'photos.histogram': { input: z.string(), output: Histogram },

  /** The sample photos, opened; only for the window, nothing is remembered of it. */
  'photos.samples': { input: nothing, output: Opened },

  /**
   * Restore a part of a photo, in pixels of the upright photo, for the screen: a PNG at full strength. In haste it is
   * answered at once, by what the part alone shows, and is not settled yet. Whichever was asked for before is cancelled.
   */
  'preview.make': {
    input: z.object({
      photo: z.string(),
      settings: Settings.pick({ model: true, tasks: true }),
      region: z.object({
        left: z.number().int().min(0),
        top: z.number().int().min(0),
        width: z.number().int().min(1).max(4096),
        height: z.number().int().min(1).max(4096),
      }),
      hasty: z.boolean(),
    }),
    output: z.object({
      png: z.instanceof(Uint8Array),
      gates: z.record(z.string(), z.number()),
      isSettled: z.boolean(),
    }),
  },
  'preview.cancel': { input: nothing, output: nothing },

  'models.list': { input: nothing, output: z.array(Model) },
  /** Show a dialog and say what model the chosen file holds; null where cancelled. */
  'models.chooseFile': { input: nothing, output: Importable.nullable() },
  /** The same for the folder of a model that is an ONNX file with its manifest. */
  'models.chooseFolder': { input: nothing, output: Importable.nullable() },
  /**
   * Which of the dropped files and folders holds a model, by its place among them; null where none does. Only the bridge
   * calls it, as with photos.
   */
  'models.findDropped': { input: z.array(z.string()), output: z.number().int().nullable() },
  /** Say what model a dropped file or folder holds. Only the bridge calls it. */
  'models.inspectDropped': { input: z.string().min(1), output: Importable },
  'models.import': { input: ImportWish, output: Model },
  'models.cancelImport': { input: nothing, output: nothing },
  'models.remove': { input: z.string(), output: nothing },

  'machine.get': { input: nothing, output: Machine },
  /** Run a model, by its id, for some seconds and say how fast it is. */
  'machine.speed': {
    input: z.string(),
    output: Speed,
  },
  /** What can run a model, by its id: each is tried unless it was before. */
  'machine.providers': { input: z.string(), output: z.array(ProviderVerdict) },

  /** Ask where to, and write the settings into a file; null where cancelled. */
  'settings.save': { input: nothing, output: z.string().nullable() },
  /** Ask for such a file and take its settings over; null where cancelled. */
  'settings.load': { input: nothing, output: Preferences.nullable() },

  'queue.get': { input: nothing, output: Queue },
  /** Restore one photo for the viewer, ahead of everything waiting. Returns the job's id. */
  'queue.restorePhoto': {
    input: z.object({ photo: z.string(), settings: Settings, export: ExportSettings }),
    output: z.string(),
  },
  /** Restore photos to where the preferences say. */
  'queue.addBatch': {
    input: z.object({ photos: ids.min(1), settings: Settings, export: ExportSettings }),
    output: BatchAdded,
  },
  'queue.cancel': { input: ids, output: nothing },
  'queue.retry': { input: ids, output: nothing },
  /** Put waiting jobs ahead of another waiting one, or at the end. */
  'queue.move': { input: z.object({ ids, before: z.string().nullable() }), output: nothing },
  /** Give waiting, failed or cancelled jobs other settings. Returns the ids of those that still were. */
  'queue.adjust': {
    input: z.object({ ids, settings: Settings, export: ExportSettings }),
    output: ids,
  },
  /** Take ended jobs off the list; files stay, but for what the viewer kept for itself. */
  'queue.remove': { input: ids, output: nothing },
  'queue.pause': { input: nothing, output: nothing },
  'queue.resume': { input: nothing, output: nothing },

  /**
   * Ask where to save the result of any finished job and save it there, mixed with the original down to a strength in per
   * cent. Returns the path, null where cancelled.
   */
  'results.save': {
    input: z.object({ job: z.string(), strength: z.number().min(0).max(100) }),
    output: z.string().nullable(),
  },
  /** Show a finished job's file in the system's file manager. */
  'results.reveal': { input: z.string(), output: nothing },

  'preferences.get': { input: nothing, output: Preferences },
  /** All but folders, which no page may name. */
  'preferences.set': {
    input: Preferences.extend({ placing: Placing.omit({ folder: true }) })
      .omit({ folders: true })
      .partial(),
    output: Preferences,
  },
  /** Show a dialog and keep the chosen folder for results; null where cancelled. */
  'preferences.chooseDestination': { input: nothing, output: Preferences.nullable() },

  'texts.use': { input: Texts, output: nothing },

  'engine.get': { input: nothing, output: EngineStatus },
} as const

/** What main tells every window. */
export const events = {
  'queue.changed': QueueDelta,
  /** Null while nothing is known of it, or nothing waits. */
  'queue.pace': Pace.nullable(),
  'queue.progress': z.object({ id: z.string(), progress: Progress }),
  'engine.changed': EngineStatus,
  /** How far the import of a model is; 0 of 0 while it is read. */
  'models.importing': Progress,
  /** A menu item or file association asks the window to act or to show what was opened. */
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
  /** Which of the dropped files and folders holds a model, by its place among them; null where none does. */
  findDropped(files: File[]): Promise<Answer<number | null>>
  /** Say what model a dropped file or folder holds. */
  inspectDropped(file: File): Promise<Answer<Importable>>
  platform: 'darwin' | 'win32' | 'linux'
}
