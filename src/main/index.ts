import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { app, dialog, protocol } from 'electron'
import log from 'electron-log/main'
import { reportOf } from '../shared/errors'
import { engineCalls } from './engine/calls'
import { handleCalls } from './ipc'
import { modelCalls } from './models/calls'
import { rendererFolder } from './paths'
import { photoCalls } from './photos/calls'
import type { Opening } from './photos/opening'
import { photoScheme, servePhotoProtocol } from './photos/photoProtocol'
import { queueCalls } from './queue/calls'
import { makeServices, type Services, stopServices } from './services'
import { openSessionFolder, removeSessionFolder } from './sessionFolder'
import { settingsCalls } from './settings/calls'
import { appScheme, serveAppProtocol } from './window/appProtocol'
import { drawWithoutGraphicsCard } from './window/graphics'
import { lockDownSession, lockDownWindows } from './window/lockdown'
import { OpenRequests } from './window/openRequests'
import { texts, useTexts } from './window/texts'
import { emit, openWindow, pageAddress, shownWindow } from './window/window'

log.transports.console.level = app.isPackaged ? false : 'warn'
log.transports.file.resolvePathFn = () => join(app.getPath('userData'), 'logs', 'main.log')

// Two instances would write one journal; the second hands over what it was asked to open and ends.
if (app.requestSingleInstanceLock()) {
  drawWithoutGraphicsCard()
  // Electron takes one declaration for all schemes, and only before it is ready.
  protocol.registerSchemesAsPrivileged([appScheme, photoScheme])
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
  const sessionFolder = join(data, 'session')
  await mkdir(data, { recursive: true })
  await openSessionFolder(sessionFolder)
  const services = makeServices(data, sessionFolder)
  const { photos, opening, thumbnails, viewing, engine, queue } = services

  serveAppProtocol(rendererFolder())
  servePhotoProtocol(photos, thumbnails, viewing)
  lockDownSession()
  useTexts(texts())
  answerCalls(services)

  openWindow()
  engine.warmUp()
  thumbnails.warmUp()
  queue.start()
  requests.handle((paths) => void openAtRequest(paths, opening))

  app.on('second-instance', () => void shownWindow())
  app.on('activate', () => void shownWindow())
  app.on('window-all-closed', () => {
    if (process.platform !== 'darwin') app.quit()
  })
  app.on('will-quit', () => {
    stopServices(services)
    removeSessionFolder(sessionFolder)
  })
}

function answerCalls(services: Services): void {
  handleCalls(
    {
      ...photoCalls(services),
      ...queueCalls(services),
      ...engineCalls(services),
      ...modelCalls(services),
      ...settingsCalls(services),
      'texts.use': useTexts,
    },
    (address) => address === pageAddress(),
  )
}

/** Opens what the system asked for, and says so where it cannot be opened. */
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
