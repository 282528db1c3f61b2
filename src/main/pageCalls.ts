import { join } from 'node:path'
import { app, dialog } from 'electron'
import type { CallName } from '../shared/contract'
import { weightExtensions } from '../shared/models'
import { describeMachine } from './engine/machine'
import type { Previews } from './engine/previews'
import type { CallHandlers } from './ipc'
import { findDropped } from './models/findDropped'
import type { Models } from './models/models'
import { sampleFiles } from './paths'
import type { OpenedPhotos } from './photos/openedPhotos'
import type { PreferencesFile } from './settings/preferences'
import { readSettings, writeSettings } from './settings/sharedFile'
import { texts, useTexts } from './window/texts'
import { mainWindow } from './window/windows'

interface Rooms {
  photos: OpenedPhotos
  previews: Previews
  models: Models
  preferences: PreferencesFile
}

/** Calls of what stands beside the photos: the pages for models, machine and settings, samples, previews, the menu. */
export type PageCall = Extract<
  CallName,
  | 'photos.samples'
  | `preview.${string}`
  | 'texts.use'
  | `models.${string}`
  | `machine.${string}`
  | `settings.${string}`
>

export function pageHandlers({ photos, previews, models, preferences }: Rooms): Pick<CallHandlers, PageCall> {
  return {
    'photos.samples': () => photos.open(sampleFiles(), false),

    'preview.make': async ({ photo, ...wish }) => {
      const preview = await previews.make(
        { source: photos.get(photo).path, ...wish },
        preferences.get().allowance,
      )
      return { ...preview, png: new Uint8Array(preview.png) }
    },
    'preview.cancel': () => previews.cancel(),

    'models.list': () => models.list(),
    'models.chooseFile': async () => {
      const { dialogs, files } = texts()
      const path = await chooseFile(dialogs.weights, { name: files.weights, extensions: weightExtensions })
      return path === undefined ? null : models.inspect(path)
    },
    'models.chooseFolder': async () => {
      const { canceled, filePaths } = await dialog.showOpenDialog(mainWindow(), {
        title: texts().dialogs.modelFolder,
        properties: ['openDirectory'],
      })
      return canceled || !filePaths[0] ? null : models.inspect(filePaths[0])
    },
    'models.findDropped': findDropped,
    'models.inspectDropped': (path) => models.inspect(path),
    'models.import': (wish) => models.import(wish),
    'models.cancelImport': () => models.cancelImport(),
    'models.remove': (id) => models.remove(id),

    'texts.use': useTexts,

    'machine.get': describeMachine,
    'machine.providers': (id) => models.providers(id),
    'machine.speed': (id) => models.speed(id),

    'settings.save': async () => {
      const { canceled, filePath } = await dialog.showSaveDialog(mainWindow(), {
        title: texts().dialogs.saveSettings,
        defaultPath: join(app.getPath('documents'), 'petrichor-settings.json'),
        properties: ['showOverwriteConfirmation', 'createDirectory'],
      })
      if (canceled || !filePath) return null
      await writeSettings(filePath, preferences.get())
      return filePath
    },
    'settings.load': async () => {
      const { dialogs, files } = texts()
      const path = await chooseFile(dialogs.loadSettings, { name: files.settings, extensions: ['json'] })
      if (path === undefined) return null
      const { placing, ...settings } = await readSettings(path)
      const { folder } = preferences.get().placing
      return preferences.set({ ...settings, placing: { ...placing, folder } })
    },
  }
}

async function chooseFile(title: string, filter: Electron.FileFilter): Promise<string | undefined> {
  const { canceled, filePaths } = await dialog.showOpenDialog(mainWindow(), {
    title,
    properties: ['openFile'],
    filters: [filter],
  })
  return canceled ? undefined : filePaths[0]
}
