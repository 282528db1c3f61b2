import { existsSync } from 'node:fs'
import { app } from 'electron'

/** Where Linux shows a graphics card: the kernel's own drivers, NVIDIA's, and those of Windows' Linux. */
const cards = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg']

/**
 * Draws the window on the processor where there is no graphics card. Chromium would find that out by a process that
 * fails, and about one start in sixty then waits for it for ever. Must run before Electron is ready.
 */
export function drawWithoutGraphicsCard(): void {
  if (process.platform === 'linux' && !cards.some((card) => existsSync(card)))
    app.disableHardwareAcceleration()
}
