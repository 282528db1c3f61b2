import { BrowserWindow, Notification } from 'electron'
import { texts } from '../window/texts'
import { shownWindow } from '../window/window'
import type { Stretch } from './meter'

/** Shows the progress of the queue in the taskbar or dock; undefined removes it. */
export function showInTaskbar(stretch: Stretch | undefined, paused: boolean): void {
  for (const window of BrowserWindow.getAllWindows()) {
    if (!stretch) window.setProgressBar(-1)
    else window.setProgressBar(stretch.fraction, { mode: paused ? 'paused' : 'normal' })
  }
}

/** Notifies that the queue has ended, where Petrichor's window is not in focus. */
export function announceEnd({ done, failed }: Stretch): void {
  if (BrowserWindow.getFocusedWindow() || !Notification.isSupported()) return
  const { ended } = texts()
  const body = failed === 0 ? ended.done : ended.doneAndFailed
  const notification = new Notification({
    title: failed === 0 ? ended.well : ended.badly,
    body: body.replace('{done}', String(done)).replace('{failed}', String(failed)),
  })
  notification.on('click', () => void shownWindow())
  notification.show()
}
