import { readFileSync } from 'node:fs'
import { npm } from './run.mjs'
import { inRoot } from './root.mjs'
import { say } from './say.mjs'

/** Makes node_modules what the lock file says. */
export function installDependencies() {
  if (agreesWithLock()) return
  say('Installing dependencies …')
  // No package needs its install script: native parts come prebuilt inside the packages, and scripts that
  // download more (ONNX Runtime's fetches CUDA libraries) would break an install behind a firewall.
  npm(['ci', '--ignore-scripts', '--include=dev', '--include=optional', '--loglevel=error'], {
    cwd: inRoot(),
  })
}

/** npm writes what it installed to node_modules/.package-lock.json, as the last thing it does. */
function agreesWithLock() {
  const wanted = packagesIn(inRoot('package-lock.json'))
  const installed = packagesIn(inRoot('node_modules', '.package-lock.json'))
  if (!wanted || !installed) return false

  // Parts for other platforms are in the lock file but not installed.
  const missing = Object.entries(wanted).filter(
    ([path, { optional }]) => path && !optional && !installed[path],
  )
  const different = Object.entries(installed).filter(
    ([path, { version }]) => wanted[path]?.version !== version,
  )
  return missing.length === 0 && different.length === 0
}

function packagesIn(lockFile) {
  try {
    return JSON.parse(readFileSync(lockFile, 'utf8')).packages
  } catch {
    return undefined
  }
}
