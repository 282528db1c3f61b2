import { join } from 'node:path'
import { app } from 'electron'

// The bundler may move this code into a shared chunk, so nothing is found relative to the running file.
const built = (...parts: string[]) => join(app.getAppPath(), 'out', ...parts)

export const rendererFolder = () => built('renderer')
export const preloadFile = () => built('preload', 'index.cjs')
export const engineWorkerFile = () => built('main', 'engine', 'worker.js')
export const viewingWorkerFile = () => built('main', 'viewing', 'worker.js')
export const networksWorkerFile = () => built('main', 'networks', 'worker.js')
export const thumbnailsWorkerFile = () => built('main', 'thumbnails', 'worker.js')

/** Where lies what is shipped beside the code. */
export const resources = (...parts: string[]) =>
  join(app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'resources'), ...parts)

/** Two photos that show what Petrichor does. */
export const sampleFiles = () =>
  ['barn-in-rain.jpg', 'lighthouse-in-haze.jpg'].map((name) => resources('samples', name))
