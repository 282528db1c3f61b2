import { existsSync } from 'node:fs'
import { app } from 'electron'

/** Devices that exist on Linux where there is a graphics card: of the kernel's drivers, of NVIDIA's, and of WSL's. */
const devices = ['/dev/dri', '/dev/nvidiactl', '/dev/dxg']

/**
 * Turns hardware acceleration off where Linux has no graphics card. Chromium would find that out by starting a process
 * that fails, and about one start in sixty then hangs. Must run before Electron is ready.
 */
export function drawWithoutGraphicsCard(): void {
  if (process.platform === 'linux' && !devices.some((device) => existsSync(device)))
    app.disableHardwareAcceleration()
}
