import { BrowserWindow, Notification } from 'electron'
import { shownWindow } from '../windows'
import type { Stretch } from './meter'

/** How far the queue is, on the button of the taskbar or dock; undefined takes it off. */
export function showInTaskbar(stretch: Stretch | undefined, paused: boolean): void {
  for (const window of BrowserWindow.getAllWindows()) {
    if (!stretch) window.setProgressBar(-1)
    else window.setProgressBar(stretch.fraction, { mode: paused ? 'paused' : 'normal' })
  }
}

/** Tell that the queue has come to its end, to somebody who looks elsewhere. */
export function announceEnd({ done, failed }: Stretch): void {
  if (BrowserWindow.getFocusedWindow() || !Notification.isSupported()) return
  const notification = new Notification({
    title: failed === 0 ? 'All photos are restored' : 'The queue has come to its end',
    body: [photos(done, 'restored'), ...(failed > 0 ? [photos(failed, 'failed')] : [])].join(', '),
  })
  notification.on('click', () => void shownWindow())
  notification.show()
}

function photos(count: number, what: string): string {
  return `${count} ${count === 1 ? 'photo' : 'photos'} ${what}`
}
