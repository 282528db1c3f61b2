import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { dialog, shell } from 'electron'
import log from 'electron-log/main'
import { openLedger } from '../core/batch/ledger'
import { PetrichorError } from '../shared/errors'
import { photoExtensions } from '../shared/formats'
import type { EngineStatus } from '../shared/machine'
import type { Opened } from '../shared/photo'
import type { Placing } from '../shared/preferences'
import type { PlacingSettings } from '../shared/settings'
import { atStrength, type FinishedJob } from './engine/atStrength'
import type { EngineMethods } from './engine/worker'
import type { CallHandlers } from './ipc'
import type { PageCall } from './pageCalls'
import type { OpenedPhotos } from './photos/openedPhotos'
import type { Opening } from './photos/opening'
import type { RestoreQueue } from './queue/restoreQueue'
import { saveAs, suggestedName } from './queue/saveAs'
import type { PreferencesFile } from './settings/preferences'
import type { Viewing } from './viewing/viewing'
import { texts } from './window/texts'
import { mainWindow } from './window/windows'
import type { WorkerHost } from './workers/host'

interface Rooms {
  photos: OpenedPhotos
  opening: Opening
  viewing: Viewing
  queue: RestoreQueue
  engine: WorkerHost<EngineMethods>
  /** Folder for what goes with the session. */
  session: string
  /** The file in which results are written down. */
  results: string
  preferences: PreferencesFile
  engineStatus: () => EngineStatus
}

const photoFilters = () => [{ name: texts().files.photos, extensions: photoExtensions }]

/** What main does for each call about photos, their queue and their results; the others are in `pageCalls.ts`. */
export function callHandlers(rooms: Rooms): Omit<CallHandlers, PageCall> {
  const { photos, opening, viewing, queue, engine, session, results, preferences, engineStatus } = rooms
  const choose = async (options: Electron.OpenDialogOptions): Promise<string[]> => {
    const { canceled, filePaths } = await dialog.showOpenDialog(mainWindow(), options)
    return canceled ? [] : filePaths
  }
  const openChosen = async (paths: string[]): Promise<Opened | null> =>
    paths.length > 0 ? opening.open(paths) : null
  const finished = async (id: string): Promise<FinishedJob> => {
    const finished = queue.finished(id)
    const { output } = finished.result
    await access(output).catch((cause: unknown) => {
      throw resultGone(output, cause)
    })
    return finished
  }

  return {
    'photos.chooseFiles': async () =>
      openChosen(
        await choose({
          title: texts().dialogs.files,
          properties: ['openFile', 'multiSelections'],
          filters: photoFilters(),
        }),
      ),
    'photos.chooseFolder': async () =>
      openChosen(await choose({ title: texts().dialogs.folder, properties: ['openDirectory'] })),
    'photos.openDropped': (paths) => opening.open(paths),
    'photos.reopen': () => opening.reopen(),

    'folders.get': () => opening.folders,
    'folders.open': (folder) => opening.openKnown(folder),
    'folders.setFavourite': ({ folder, favourite }) => opening.setFavourite(folder, favourite),

    'photos.measure': (id) => viewing.measure(photos.pathToShow(id)),
    'photos.facts': (id) => viewing.facts(photos.pathToShow(id)),
    'photos.histogram': (id) => viewing.histogram(photos.pathToShow(id)),

    'queue.get': () => queue.view(),
    'queue.restorePhoto': ({ photo, settings, export: exportSettings }) =>
      queue.restorePhoto(photo, settings, exportSettings),
    'queue.addBatch': ({ photos: ids, settings, export: exportSettings }) =>
      queue.addBatch(ids, settings, exportSettings, placingOf(preferences.get().placing)),
    'queue.cancel': (ids) => queue.cancel(ids),
    'queue.retry': (ids) => queue.retry(ids),
    'queue.move': ({ ids, before }) => queue.move(ids, before),
    'queue.adjust': ({ ids, settings, export: exportSettings }) =>
      queue.adjust(ids, settings, exportSettings),
    'queue.remove': (ids) => queue.remove(ids),
    'queue.pause': () => queue.pause(),
    'queue.resume': () => queue.resume(),

    'results.save': async ({ job, strength }) => {
      const restored = await finished(job)
      const { canceled, filePath } = await dialog.showSaveDialog(mainWindow(), {
        title: texts().dialogs.saveResult,
        defaultPath: suggestedName(restored.source, restored.export),
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      })
      if (canceled || !filePath) return null
      const { allowance } = preferences.get()
      const written = openLedger(results, ({ message }) => log.warn(message))
      return atStrength(restored, strength, { engine, session, allowance }, (path) =>
        saveAs(path, filePath, restored, { photos, results: written }),
      )
    },
    'results.reveal': async (id) => shell.showItemInFolder((await finished(id)).result.output),

    'preferences.get': () => preferences.get(),
    'preferences.set': ({
      restore,
      export: exportSettings,
      placing,
      thumbnailSize,
      browsing,
      presets,
      theme,
      language,
      allowance,
    }) =>
      preferences.set({
        ...(restore && { restore }),
        ...(exportSettings && { export: exportSettings }),
        ...(placing && { placing: { ...placing, folder: preferences.get().placing.folder } }),
        ...(thumbnailSize && { thumbnailSize }),
        ...(browsing && { browsing }),
        ...(presets && { presets }),
        ...(theme && { theme }),
        ...(language && { language }),
        ...(allowance && { allowance }),
      }),
    'preferences.chooseDestination': async () => {
      const [folder] = await choose({
        title: texts().dialogs.destination,
        properties: ['openDirectory', 'createDirectory'],
      })
      return folder ? preferences.set({ placing: { ...preferences.get().placing, folder } }) : null
    },

    'engine.get': engineStatus,
  }
}

/** Throws `destination-unwritable` where a folder is needed and none was chosen yet. */
function placingOf({ kind, folder, name, collision }: Placing): PlacingSettings {
  if (kind === 'beside') return { destination: { kind }, name, collision }
  if (folder !== null) return { destination: { kind, folder }, name, collision }
  throw new PetrichorError(
    'destination-unwritable',
    'No folder is chosen for the results.',
    'Choose one first.',
  )
}

function resultGone(output: string, cause: unknown): PetrichorError {
  return new PetrichorError(
    'not-found',
    `“${basename(output)}” is no longer where it was written.`,
    'Look whether it was moved, or restore the photo again.',
    cause,
  )
}
