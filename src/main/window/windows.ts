import { BrowserWindow } from 'electron'
import type { EventName, EventPayload } from '../../shared/contract'
import { openWindow } from './window'

/** Tell every window. */
export function emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(name, payload)
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

/** The window that a dialog belongs to. */
export function mainWindow(): BrowserWindow {
  return BrowserWindow.getFocusedWindow() ?? BrowserWindow.getAllWindows()[0]!
}
