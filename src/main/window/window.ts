import { app, BrowserWindow, nativeTheme } from 'electron'
import log from 'electron-log/main'
import type { EventName, EventPayload } from '../../shared/contract'
import { preloadFile } from '../paths'
import { appPage } from './appProtocol'

export function openWindow(): BrowserWindow {
  const window = new BrowserWindow({
    title: 'Petrichor',
    width: 1280,
    height: 820,
    minWidth: 880,
    minHeight: 560,
    show: false,
    backgroundColor: nativeTheme.shouldUseDarkColors ? '#191919' : '#dedede',
    webPreferences: {
      preload: preloadFile(),
      sandbox: true,
      contextIsolation: true,
      nodeIntegration: false,
      webviewTag: false,
      // It would fetch its dictionaries from the network.
      spellcheck: false,
    },
  })
  // Shown only once painted, so that no white flash greets the user.
  window.once('ready-to-show', () => window.show())
  window.webContents.on('render-process-gone', (_event, { reason }) => {
    log.error('The page ended:', reason)
    if (reason !== 'clean-exit') window.reload()
  })
  window.loadURL(pageAddress()).catch((error: unknown) => log.error('The page does not load', error))
  return window
}

/** `npm run dev` serves the renderer itself, to reload it while it is edited. */
export function pageAddress(): string {
  const developmentServer = process.env['ELECTRON_RENDERER_URL']
  return developmentServer && !app.isPackaged ? new URL(developmentServer).href : appPage
}

/** The window, in front and listening; on a Mac it may have been closed, then it is opened again. */
export async function shownWindow(): Promise<BrowserWindow> {
  const window = BrowserWindow.getAllWindows()[0] ?? openWindow()
  if (window.isMinimized()) window.restore()
  window.focus()
  const { webContents } = window
  if (webContents.isLoading()) {
    await new Promise<void>((resolve) => webContents.once('did-stop-loading', () => resolve()))
  }
  return window
}

/** Sends an event to every window. */
export function emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(name, payload)
}
