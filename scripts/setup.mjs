// Sets this checkout up for one purpose: `node scripts/setup.mjs start|dev|test|e2e|build`.
// Plain Node without dependencies, because it runs before there are any. What is done already is skipped.

import { buildIfStale } from './setup/build.mjs'
import { installDependencies } from './setup/dependencies.mjs'
import { provideElectron } from './setup/electronRuntime.mjs'
import { fail } from './setup/say.mjs'
import { installSystemPackages } from './setup/systemPackages.mjs'

const purposes = {
  start: [() => installSystemPackages({ forTests: false }), provideElectron, buildIfStale],
  dev: [() => installSystemPackages({ forTests: false }), provideElectron],
  test: [() => installSystemPackages({ forTests: true }), provideElectron],
  e2e: [() => installSystemPackages({ forTests: true }), provideElectron, buildIfStale],
  build: [buildIfStale],
}

const steps = purposes[process.argv[2]]
if (!steps) fail(`Say what to set up for: ${Object.keys(purposes).join(', ')}.`)

try {
  installDependencies()
  for (const step of steps) await step()
} catch (error) {
  fail(error.message)
}
