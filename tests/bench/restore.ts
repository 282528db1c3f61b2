/**
 * How long restoring takes beside the bare network: node --import tsx tests/bench/restore.ts [megapixels…]
 *
 * Each size runs in a process of its own, so that its peak of memory is its own. `--model` takes an id or a folder.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { defaultSettings } from '../../src/core/batch/job'
import { findModel } from '../../src/core/model/library'
import { loadNetwork, type Network } from '../../src/core/model/session'
import { decodePhoto } from '../../src/core/photo/decode'
import { encodePhoto } from '../../src/core/photo/encode'
import { withScratch } from '../../src/core/photo/scratch'
import { restoreRaster } from '../../src/core/restore/restore'
import { countTiles, planTiles } from '../../src/core/restore/tiles'

const libraries = [fileURLToPath(new URL('../../resources/models', import.meta.url))]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { model: { type: 'string', default: defaultSettings.model }, inner: { type: 'boolean' } },
})

interface Measured {
  width: number
  height: number
  tiles: number
  /** Of the whole restoration, from file to file, the network already loaded. */
  seconds: number
  /** Of these, the seconds within the network: its tiles and the runs that settle the gates. */
  bare: number
  peakMegabytes: number
}

if (values.inner) console.log(JSON.stringify(await measure(Number(positionals[0]))))
else report(positionals.length > 0 ? positionals : ['2', '6', '12', '24'])

function report(sizes: string[]): void {
  console.log('     MP  tiles  seconds   MP/s  network  ratio  peak MB')
  for (const size of sizes) {
    const script = fileURLToPath(import.meta.url)
    const args = [...process.execArgv, script, '--inner', '--model', values.model, size]
    const found = JSON.parse(execFileSync(process.execPath, args).toString()) as Measured
    const megapixels = (found.width * found.height) / 1e6
    const columns: [string, number][] = [
      [megapixels.toFixed(1), 7],
      [String(found.tiles), 6],
      [found.seconds.toFixed(1), 8],
      [(megapixels / found.seconds).toFixed(2), 6],
      [found.bare.toFixed(1), 8],
      [(found.seconds / found.bare).toFixed(3), 6],
      [found.peakMegabytes.toFixed(0), 8],
    ]
    console.log(columns.map(([text, width]) => text.padStart(width)).join(' '))
  }
}

async function measure(megapixels: number): Promise<Measured> {
  const height = Math.round(Math.sqrt((megapixels * 1e6) / 1.5))
  const width = Math.round(height * 1.5)
  const folder = mkdtempSync(join(tmpdir(), 'petrichor-bench-'))
  const network = await loadNetwork(await findModel(values.model, libraries))
  try {
    const photo = await writePhoto(join(folder, 'photo.jpg'), width, height)
    // Timed within the same restoration: two runs after each other would meet a different machine.
    let bare = 0
    const timedNetwork: Network = {
      ...network,
      async run(...input) {
        const began = performance.now()
        const inference = await network.run(...input)
        bare += (performance.now() - began) / 1000
        return inference
      },
    }
    const began = performance.now()
    await restore(photo, join(folder, 'out', 'photo.jpg'), timedNetwork)
    const seconds = (performance.now() - began) / 1000
    const tiles = countTiles(planTiles(width, height, network.manifest))
    return { width, height, tiles, seconds, bare, peakMegabytes: process.resourceUsage().maxRSS / 1024 }
  } finally {
    await network.close()
    rmSync(folder, { recursive: true })
  }
}

/** What a Restorer does. */
function restore(source: string, output: string, network: Network): Promise<unknown> {
  return withScratch(async (scratch) => {
    const photo = await decodePhoto(source, scratch)
    await restoreRaster(photo.raster, network, defaultSettings)
    await encodePhoto(photo, source, output, scratch)
    await photo.raster.close()
  })
}

/** A grey photo with noise. */
async function writePhoto(path: string, width: number, height: number): Promise<string> {
  await sharp({
    create: {
      width,
      height,
      channels: 3,
      background: '#888',
      noise: { type: 'gaussian', mean: 128, sigma: 30 },
    },
  })
    .jpeg({ quality: 90 })
    .toFile(path)
  return path
}
