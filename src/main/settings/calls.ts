import { join } from 'node:path'
import { app } from 'electron'
import { defined } from '../../shared/defined'
import type { CallHandlers } from '../ipc'
import type { Services } from '../services'
import { choosePath, chooseTarget } from '../window/dialogs'
import { texts } from '../window/texts'
import { readSettings, writeSettings } from './sharedFile'

/** The calls about preferences, and about settings as a file that can be given to others. */
export function settingsCalls({ preferences }: Services) {
  /** The window may change everything about placing but the folder, which the user chooses in a dialog of main. */
  const inChosenFolder = <P>(placing: P) => ({ ...placing, folder: preferences.get().placing.folder })

  return {
    'preferences.get': () => preferences.get(),
    'preferences.set': ({ placing, ...others }) =>
      preferences.set(defined({ ...others, placing: placing && inChosenFolder(placing) })),
    'preferences.chooseDestination': async () => {
      const folder = await choosePath({
        title: texts().dialogs.destination,
        properties: ['openDirectory', 'createDirectory'],
      })
      return folder ? preferences.set({ placing: { ...preferences.get().placing, folder } }) : null
    },

    'settings.save': async () => {
      const defaultPath = join(app.getPath('documents'), 'petrichor-settings.json')
      const path = await chooseTarget(texts().dialogs.saveSettings, defaultPath)
      if (path === undefined) return null
      await writeSettings(path, preferences.get())
      return path
    },
    'settings.load': async () => {
      const { dialogs, files } = texts()
      const filters = [{ name: files.settings, extensions: ['json'] }]
      const path = await choosePath({ title: dialogs.loadSettings, properties: ['openFile'], filters })
      if (path === undefined) return null
      const { placing, ...others } = await readSettings(path)
      return preferences.set({ ...others, placing: inChosenFolder(placing) })
    },
  } satisfies Partial<CallHandlers>
}
