import { join } from 'node:path'
import { app } from 'electron'

// The bundler may move this code into a shared chunk, so nothing is found relative to the running file.
const built = (...parts: string[]) => join(app.getAppPath(), 'out', ...parts)

// A package keeps workers beside its archive, into which plain Node cannot look.
const builtWorker = (name: string) =>
  built('main', name, 'worker.js').replace('app.asar', 'app.asar.unpacked')

export const rendererFolder = () => built('renderer')
export const preloadFile = () => built('preload', 'index.cjs')
export const engineWorkerFile = () => builtWorker('engine')
export const viewingWorkerFile = () => builtWorker('viewing')
export const modelsWorkerFile = () => builtWorker('models')
export const thumbnailsWorkerFile = () => builtWorker('thumbnails')

/** Where lies what is shipped beside the code. */
export const resources = (...parts: string[]) =>
  join(app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'resources'), ...parts)

/** Two photos that show what Petrichor does. */
export const sampleFiles = () =>
  ['barn-in-rain.jpg', 'lighthouse-in-haze.jpg'].map((name) => resources('samples', name))
