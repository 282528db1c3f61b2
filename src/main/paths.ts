import { join } from 'node:path'
import { app } from 'electron'

// The bundler may move this code into a shared chunk, so nothing is found relative to the running file.
const built = (...parts: string[]) => join(app.getAppPath(), 'out', ...parts)

export const rendererFolder = () => built('renderer')
export const preloadFile = () => built('preload', 'index.cjs')
export const engineWorkerFile = () => built('main', 'engine', 'worker.js')
export const viewingWorkerFile = () => built('main', 'viewing', 'worker.js')
export const thumbnailsWorkerFile = () => built('main', 'thumbnails', 'worker.js')
