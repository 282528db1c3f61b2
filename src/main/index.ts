import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { app, dialog, nativeTheme } from 'electron'
import log from 'electron-log/main'
import { reportOf } from '../shared/errors'
import type { EngineStatus } from '../shared/machine'
import { callHandlers } from './calls'
import { Previews } from './engine/previews'
import { statusOf } from './engine/status'
import type { EngineMethods } from './engine/worker'
import { handleCalls } from './ipc'
import { modelLibraries } from './models/libraries'
import { Models } from './models/models'
import { Speeds } from './models/speeds'
import { pageHandlers } from './pageCalls'
import { engineWorkerFile, rendererFolder } from './paths'
import { OpenedPhotos } from './photos/openedPhotos'
import { Opening } from './photos/opening'
import { servePhotoProtocol } from './photos/photoProtocol'
import { openQueueJournal } from './queue/openQueueJournal'
import { RestoreQueue } from './queue/restoreQueue'
import { openSessionFolder, removeSessionFolder, temporaryFilesIn } from './sessionFolder'
import { PreferencesFile } from './settings/preferences'
import { Thumbnails } from './thumbnails/thumbnails'
import { Viewing } from './viewing/viewing'
import { serveAppProtocol } from './window/appProtocol'
import { drawWithoutGraphicsCard } from './window/graphics'
import { lockDownSession, lockDownWindows } from './window/lockdown'
import { OpenRequests } from './window/openRequests'
import { declareProtocols } from './window/protocols'
import { texts, useTexts } from './window/texts'
import { openWindow, pageAddress } from './window/window'
import { emit, shownWindow } from './window/windows'
import { WorkerHost } from './workers/host'

log.transports.console.level = app.isPackaged ? false : 'warn'
log.transports.file.resolvePathFn = () => join(app.getPath('userData'), 'logs', 'main.log')

// Two instances would write one journal; the second hands over what it was asked to open and ends.
if (app.requestSingleInstanceLock()) {
  drawWithoutGraphicsCard()
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
  await openSessionFolder(session)

  const photos = new OpenedPhotos()
  const thumbnails = new Thumbnails(join(data, 'thumbnails'), (path) => {
    const photo = photos.idOf(path)
    if (photo !== undefined) emit('photos.thumbnailMade', photo)
  })
  const viewing = new Viewing(session)
  const preferences = new PreferencesFile(join(data, 'preferences.json'), ({ theme }) => {
    nativeTheme.themeSource = theme
  })
  const journal = openQueueJournal(join(data, 'queue.mdb'))

  /** What has been written, by earlier sessions too. */
  const results = join(data, 'results.jsonl')
  /** What the terminal finds out too: which execution providers can be trusted. */
  const verdicts = join(data, 'providers.json')
  const allowance = () => preferences.get().allowance
  let engineStatus: EngineStatus = { state: 'starting' }
  const engine = new WorkerHost<EngineMethods>({
    file: engineWorkerFile(),
    name: 'engine',
    env: { ...temporaryFilesIn(session), PETRICHOR_VERDICTS: verdicts },
    onLife: (life) => {
      engineStatus = statusOf(life)
      emit('engine.changed', engineStatus)
      // What runs it again at once is not left to the next photo; a process that never came up would not now either.
      if (life.state === 'died' && life.wasReady) engine.warmUp()
    },
  })
  const queue = new RestoreQueue({
    engine,
    libraries: modelLibraries(),
    allowance,
    results,
    photos,
    journal,
    session,
    measure: (sources, found) => thumbnails.measure(sources, found),
  })
  const opening = new Opening({
    photos,
    preferences,
    onOpened: () => queue.linkPhotos(),
    onChange: (change) => emit('photos.changed', change),
    onFolders: (folders) => emit('folders.changed', folders),
  })

  const previews = new Previews(engine, results)
  const models = new Models(engine, verdicts, new Speeds(join(data, 'speeds.json')))

  serveAppProtocol(rendererFolder())
  servePhotoProtocol(photos, thumbnails, viewing)
  lockDownSession()
  useTexts(texts())
  handleCalls(
    {
      ...callHandlers({
        photos,
        opening,
        viewing,
        queue,
        engine,
        session,
        results,
        preferences,
        engineStatus: () => engineStatus,
      }),
      ...pageHandlers({ photos, previews, models, preferences }),
    },
    (address) => address === pageAddress(),
  )

  openWindow()
  engine.warmUp()
  thumbnails.warmUp()
  queue.start()
  requests.handle((paths) => void openAtRequest(paths, opening))

  app.on('second-instance', () => void shownWindow())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('activate', () => void shownWindow())
  app.on('will-quit', () => {
    engine.stop()
    thumbnails.stop()
    void opening.stop()
    viewing.stop()
    models.stop()
    removeSessionFolder(session)
  })
}

/** Open what the system asked for, and say so where it cannot be opened. */
async function openAtRequest(paths: string[], opening: Opening): Promise<void> {
  await shownWindow()
  try {
    emit('photos.opened', await opening.open(paths))
  } catch (error) {
    emit('photos.notOpened', reportOf(error))
  }
}

function giveUp(error: unknown): void {
  log.error(error)
  dialog.showErrorBox('Petrichor cannot start', error instanceof Error ? error.message : String(error))
  app.exit(1)
}
