import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fingerprint } from './fingerprint.mjs'
import { inRoot } from './root.mjs'
import { run } from './run.mjs'
import { say } from './say.mjs'

const sources = ['src', 'electron.vite.config.ts', 'package.json', 'package-lock.json']
const stamp = inRoot('out', 'built-from.txt')

/** Builds main, preload and renderer, unless the last build was made from the same sources. */
export function buildIfStale() {
  const current = fingerprint(sources.map((path) => inRoot(path)))
  if (current === lastBuilt()) return

  say('Building …')
  run(process.execPath, [inRoot('node_modules', 'electron-vite', 'bin', 'electron-vite.js'), 'build'], {
    cwd: inRoot(),
  })
  mkdirSync(inRoot('out'), { recursive: true })
  writeFileSync(stamp, current)
}

function lastBuilt() {
  try {
    return readFileSync(stamp, 'utf8')
  } catch {
    return undefined
  }
}
