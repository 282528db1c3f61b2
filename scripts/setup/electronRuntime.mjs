import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { inRoot } from './root.mjs'
import { run } from './run.mjs'
import { say } from './say.mjs'

const electronPackage = inRoot('node_modules', 'electron')

/**
 * Puts an Electron where `require('electron')`, electron-vite and Playwright look for it: the one of the
 * electron package, or where that cannot be downloaded the stand-in of docs/decisions/0001.
 */
export async function provideElectron() {
  if (isThere()) return

  say('Downloading Electron …')
  // Half a runtime, or a link to a stand-in that is gone, would stand in the way.
  rmSync(join(electronPackage, 'dist'), { recursive: true, force: true })
  try {
    run(process.execPath, [join(electronPackage, 'install.js')], { timeout: 15 * 60 * 1000 })
  } catch (error) {
    await provideFallback(error)
  }
}

function isThere() {
  try {
    const executable = readFileSync(join(electronPackage, 'path.txt'), 'utf8')
    return existsSync(join(electronPackage, 'dist', executable))
  } catch {
    return false
  }
}

async function provideFallback(downloadError) {
  // Imported only now: it needs packages that the first step of the set-up installs.
  const { fallback, fallbackFits, linkFallbackRuntime } = await import('./fallbackRuntime.mjs')
  if (!fallbackFits()) {
    throw new Error(
      `Electron could not be downloaded. Check the internet connection, or set ELECTRON_MIRROR to a mirror.\n` +
        downloadError.message,
    )
  }
  say(`Electron's own download is out of reach. Using the stand-in for development, ${fallback.title} …`)
  await linkFallbackRuntime(electronPackage)
}
