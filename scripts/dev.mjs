// `npm run dev`: opens the app and reloads it while its sources are edited.

import { sandboxCannotWork } from './setup/chromiumSandbox.mjs'
import { runInForeground } from './setup/foreground.mjs'
import { inRoot } from './setup/root.mjs'

const sandbox = sandboxCannotWork() ? ['--noSandbox'] : []
runInForeground(process.execPath, [
  inRoot('node_modules', 'electron-vite', 'bin', 'electron-vite.js'),
  'dev',
  '--watch',
  ...sandbox,
])
