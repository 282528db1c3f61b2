import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { BrowserWindow, dialog, shell } from 'electron'
import { PetrichorError } from '../core/errors'
import { photoExtensions } from '../core/photo/formats'
import type { EngineStatus, Opened } from '../shared/contract'
import type { CallHandlers } from './ipc'
import { describeModels } from './models'
import type { OpenedPhotos } from './photos/openedPhotos'
import type { PreferencesFile } from './preferences'
import type { RestoreQueue } from './queue/restoreQueue'
import { saveAs, suggestedName } from './saveAs'

interface Rooms {
  photos: OpenedPhotos
  queue: RestoreQueue
  preferences: PreferencesFile
  engineStatus: () => EngineStatus
}

const photoFilter = { name: 'Photos', extensions: photoExtensions }

/** What main does for each call of the contract. */
export function callHandlers({ photos, queue, preferences, engineStatus }: Rooms): CallHandlers {
  const choose = async (properties: Electron.OpenDialogOptions): Promise<string[]> => {
    const { canceled, filePaths } = await dialog.showOpenDialog(mainWindow(), properties)
    return canceled ? [] : filePaths
  }
  const openChosen = async (paths: string[]): Promise<Opened | null> =>
    paths.length > 0 ? photos.open(paths) : null
  const finished = async (id: string): Promise<{ source: string; output: string }> => {
    const { source, output } = queue.finished(id)
    await access(output).catch((cause: unknown) => {
      throw resultGone(output, cause)
    })
    return { source, output }
  }

  return {
    'photos.chooseFiles': async () =>
      openChosen(await choose({ properties: ['openFile', 'multiSelections'], filters: [photoFilter] })),
    'photos.chooseFolder': async () => openChosen(await choose({ properties: ['openDirectory'] })),
    'photos.openDropped': (paths) => photos.open(paths),

    'models.list': describeModels,

    'queue.get': () => queue.view(),
    'queue.restorePhoto': ({ photo, settings }) => queue.restorePhoto(photo, settings),
    'queue.addBatch': ({ photos: ids, settings }) => {
      const { destination } = preferences.get()
      if (destination === null) {
        throw new PetrichorError(
          'destination-unwritable',
          'No folder is chosen for the results.',
          'Choose one first.',
        )
      }
      return queue.addBatch(ids, settings, destination)
    },
    'queue.cancel': (ids) => queue.cancel(ids),
    'queue.retry': (ids) => queue.retry(ids),
    'queue.remove': (ids) => queue.remove(ids),
    'queue.pause': () => queue.pause(),
    'queue.resume': () => queue.resume(),

    'results.save': async (id) => {
      const { source, output } = await finished(id)
      const { canceled, filePath } = await dialog.showSaveDialog(mainWindow(), {
        defaultPath: suggestedName(source),
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      })
      return canceled || !filePath ? null : saveAs(output, filePath, source, photos)
    },
    'results.reveal': async (id) => shell.showItemInFolder((await finished(id)).output),

    'preferences.get': () => preferences.get(),
    'preferences.set': ({ restore, thumbnailSize }) =>
      preferences.set({ ...(restore && { restore }), ...(thumbnailSize && { thumbnailSize }) }),
    'preferences.chooseDestination': async () => {
      const [destination] = await choose({ properties: ['openDirectory', 'createDirectory'] })
      return destination ? preferences.set({ destination }) : null
    },

    'engine.get': engineStatus,
  }
}

function mainWindow(): BrowserWindow {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]!
}

function resultGone(output: string, cause: unknown): PetrichorError {
  return new PetrichorError(
    'not-found',
    `“${basename(output)}” is no longer where it was written.`,
    'Look whether it was moved, or restore the photo again.',
    cause,
  )
}
