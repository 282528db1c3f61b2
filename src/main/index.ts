import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { app, BrowserWindow } from 'electron'
import log from 'electron-log/main'
import { openJournal } from '../core/batch/journal'
import type { EngineStatus } from '../shared/contract'
import { appPage, serveAppProtocol } from './appProtocol'
import { callHandlers } from './calls'
import type { EngineMethods } from './engine/worker'
import { handleCalls } from './ipc'
import { denyPermissions, lockDownWindows } from './lockdown'
import { installMenu } from './menu'
import { modelLibraries } from './models'
import { engineWorkerFile, rendererFolder } from './paths'
import { OpenedPhotos } from './photos/openedPhotos'
import { servePhotoProtocol } from './photos/photoProtocol'
import { Pictures } from './photos/pictures'
import { PreferencesFile } from './preferences'
import { declareProtocols } from './protocols'
import { RestoreQueue } from './queue/restoreQueue'
import { openWindow, pageAddress } from './window'
import { emit } from './windows'
import { WorkerHost } from './workers/host'

declareProtocols()
lockDownWindows()
log.transports.console.level = app.isPackaged ? false : 'warn'

// Two instances would write one journal; the second hands over what it was asked to open and ends.
if (app.requestSingleInstanceLock()) {
  // Not `await`: Electron becomes ready only after this module has been evaluated.
  void app.whenReady().then(start)
} else {
  app.quit()
}

async function start(): Promise<void> {
  const data = app.getPath('userData')
  const session = join(app.getPath('temp'), `petrichor-${randomUUID()}`)
  await mkdir(data, { recursive: true })
  await mkdir(session, { mode: 0o700 })

  const photos = new OpenedPhotos()
  const pictures = new Pictures(join(data, 'pictures'))
  const preferences = new PreferencesFile(join(data, 'preferences.json'))
  const journal = openJournal(join(data, 'queue.mdb'))

  let engineStatus: EngineStatus = { state: 'ready' }
  const engine = new WorkerHost<EngineMethods>(engineWorkerFile(), 'engine', (died) => {
    engineStatus = died ? { state: 'stopped', reason: died } : { state: 'ready' }
    emit('engine.changed', engineStatus)
  })
  const queue = new RestoreQueue({ engine, libraries: modelLibraries(), photos, journal, session })

  serveAppProtocol(rendererFolder())
  servePhotoProtocol(photos, pictures)
  denyPermissions()
  installMenu()
  handleCalls(
    callHandlers({ photos, queue, preferences, engineStatus: () => engineStatus }),
    (address) => address === appPage || (!app.isPackaged && address.startsWith(pageAddress())),
  )

  openWindow()
  queue.start()

  const openPaths = (paths: string[]) =>
    photos
      .open(paths)
      .then((opened) => emit('photos.opened', opened))
      .catch((error: unknown) => log.warn('Could not open', paths, error))
  app.on('open-file', (event, path) => {
    event.preventDefault()
    void openPaths([path])
  })
  app.on('second-instance', () => {
    const [window] = BrowserWindow.getAllWindows()
    if (window?.isMinimized()) window.restore()
    window?.focus()
  })
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('activate', () => {
    if (BrowserWindow.getAllWindows().length === 0) openWindow()
  })
  app.on('will-quit', () => {
    engine.stop()
    pictures.stop()
    rmSync(session, { recursive: true, force: true })
  })
}
