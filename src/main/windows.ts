import { BrowserWindow } from 'electron'
import type { EventName, EventPayload } from '../shared/contract'

/** Tell every window. */
export function emit<N extends EventName>(name: N, payload: EventPayload<N>): void {
  for (const window of BrowserWindow.getAllWindows()) window.webContents.send(name, payload)
}
