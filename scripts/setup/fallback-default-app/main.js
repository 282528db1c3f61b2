// Stands in for the part of Electron that opens the app named on the command line (`electron [-r file] <app>`),
// which the fall-back runtime lacks.

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { app } from 'electron'

const { preloads, folder } = readArguments(process.argv.slice(1))
process.defaultApp = true

const require = createRequire(join(process.cwd(), 'electron.js'))
for (const file of preloads) require(resolve(file))

const manifest = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8'))
app.setName(manifest.productName ?? manifest.name)
app.setVersion(manifest.version)
app.setAppPath(folder)

// Awaited, so that the app has run its first lines before Electron is ready: it must declare its schemes then.
await import(pathToFileURL(join(folder, manifest.main ?? 'index.js')).href)

function readArguments(args) {
  const preloads = []
  while (args[0]?.startsWith('-')) {
    const option = args.shift()
    if (option === '-r' || option === '--require') preloads.push(args.shift())
  }
  return { preloads, folder: resolve(args[0] ?? '.') }
}
