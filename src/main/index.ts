import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { app, dialog } from 'electron'
import log from 'electron-log/main'
import { reportOf } from '../core/errors'
import type { EngineStatus } from '../shared/contract'
import { serveAppProtocol } from './appProtocol'
import { callHandlers } from './calls'
import { statusOf } from './engine/status'
import type { EngineMethods } from './engine/worker'
import { handleCalls } from './ipc'
import { lockDownSession, lockDownWindows } from './lockdown'
import { installMenu } from './menu'
import { modelLibraries } from './models'
import { OpenRequests } from './openRequests'
import { engineWorkerFile, rendererFolder } from './paths'
import { OpenedPhotos } from './photos/openedPhotos'
import { servePhotoProtocol } from './photos/photoProtocol'
import { Pictures } from './photos/pictures'
import { PreferencesFile } from './preferences'
import { declareProtocols } from './protocols'
import { openQueueJournal } from './queue/openQueueJournal'
import { RestoreQueue } from './queue/restoreQueue'
import { endSession, openSession, temporaryFilesIn } from './session'
import { openWindow, pageAddress } from './window'
import { emit, shownWindow } from './windows'
import { WorkerHost } from './workers/host'

log.transports.console.level = app.isPackaged ? false : 'warn'
log.transports.file.resolvePathFn = () => join(app.getPath('userData'), 'logs', 'main.log')

// Two instances would write one journal; the second hands over what it was asked to open and ends.
if (app.requestSingleInstanceLock()) {
  declareProtocols()
  lockDownWindows()
  const requests = new OpenRequests()
  // Not `await`: Electron becomes ready only after this module has been evaluated.
  app
    .whenReady()
    .then(() => start(requests))
    .catch(giveUp)
} else {
  app.quit()
}

async function start(requests: OpenRequests): Promise<void> {
  const data = app.getPath('userData')
  const session = join(data, 'session')
  await mkdir(data, { recursive: true })
  await openSession(session)

  const photos = new OpenedPhotos()
  const pictures = new Pictures(join(data, 'pictures'))
  const preferences = new PreferencesFile(join(data, 'preferences.json'))
  const journal = openQueueJournal(join(data, 'queue.mdb'))

  let engineStatus: EngineStatus = { state: 'starting' }
  const engine = new WorkerHost<EngineMethods>({
    file: engineWorkerFile(),
    name: 'engine',
    env: temporaryFilesIn(session),
    onLife: (life) => {
      engineStatus = statusOf(life)
      emit('engine.changed', engineStatus)
    },
  })
  const queue = new RestoreQueue({ engine, libraries: modelLibraries(), photos, journal, session })

  serveAppProtocol(rendererFolder())
  servePhotoProtocol(photos, pictures)
  lockDownSession()
  installMenu()
  handleCalls(
    callHandlers({ photos, queue, preferences, engineStatus: () => engineStatus }),
    (address) => address === pageAddress(),
  )

  openWindow()
  engine.warmUp()
  queue.start()
  requests.handle((paths) => void openAtRequest(paths, photos))

  app.on('second-instance', () => void shownWindow())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('activate', () => void shownWindow())
  app.on('will-quit', () => {
    engine.stop()
    pictures.stop()
    endSession(session)
  })
}

/** Open what the system asked for, and say so where it cannot be opened. */
async function openAtRequest(paths: string[], photos: OpenedPhotos): Promise<void> {
  const window = await shownWindow()
  try {
    emit('photos.opened', await photos.open(paths))
  } catch (error) {
    const { message, detail } = reportOf(error)
    await dialog.showMessageBox(window, { type: 'error', message, detail })
  }
}

function giveUp(error: unknown): void {
  log.error(error)
  dialog.showErrorBox('Petrichor cannot start', error instanceof Error ? error.message : String(error))
  app.exit(1)
}
