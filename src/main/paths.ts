import { join } from 'node:path'
import { app } from 'electron'
import type { WorkerName } from './workers/entries'

// The bundler may move this code into a shared chunk, so nothing is found relative to the running file.
const built = (...parts: string[]) => join(app.getAppPath(), 'out', ...parts)

export const rendererFolder = () => built('renderer')
export const preloadFile = () => built('preload', 'index.cjs')

/** A package keeps the built workers beside its archive, because plain Node cannot read inside the archive. */
export const workerFile = (name: WorkerName) =>
  built('main', 'workers', `${name}.js`).replace('app.asar', 'app.asar.unpacked')

/** Files that are shipped beside the code. */
const resources = (...parts: string[]) =>
  join(app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'resources'), ...parts)

/** Two photos that show what Petrichor does. */
export const sampleFiles = () =>
  ['barn-in-rain.jpg', 'lighthouse-in-haze.jpg'].map((name) => resources('samples', name))

/** Folder with the models that the user imported. */
export const installedLibrary = () => join(app.getPath('userData'), 'models')

/** Folders with models: those shipped with the app, then those that the user imported. */
export const modelLibraries = () => [resources('models'), installedLibrary()]
