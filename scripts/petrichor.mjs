#!/usr/bin/env node
// `npx petrichor …`: the terminal command, straight from the sources of this checkout.

import { pathToFileURL } from 'node:url'
import { installDependencies } from './setup/dependencies.mjs'
import { runInForeground } from './setup/foreground.mjs'
import { inRoot } from './setup/root.mjs'
import { fail } from './setup/say.mjs'

try {
  installDependencies()
} catch (error) {
  fail(error.message)
}

const typescript = pathToFileURL(inRoot('node_modules', 'tsx', 'dist', 'loader.mjs')).href
runInForeground(
  process.execPath,
  ['--import', typescript, inRoot('src', 'cli', 'main.ts'), ...process.argv.slice(2)],
  // Paths on the command line are meant as seen from where the user stands, not from this checkout.
  { cwd: process.env['INIT_CWD'] ?? process.cwd() },
)
