/**
 * How long restoring takes beside the bare model, and how much memory: node --import tsx tests/bench/restore.ts
 * [megapixels…]
 *
 * Each size runs in a process of its own, so that its peak of memory is its own. Photos above 100 megapixels are TIFF, the
 * others JPEG. `--model` takes an id or a folder, `--drawing` a path for the curve of memory as SVG. 400 megapixels want
 * 4 GB of temporary space.
 */
import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { withScratch } from '../../src/core/files/temporary'
import { findModel } from '../../src/core/model/library'
import { loadSession, type Session } from '../../src/core/model/session'
import { withDecoded } from '../../src/core/photo/decode'
import { encodePhoto } from '../../src/core/photo/encode'
import type { RasterShape } from '../../src/core/photo/raster'
import { restoreRaster } from '../../src/core/restore/restore'
import { countTiles, planTiles } from '../../src/core/restore/tiles'
import { defaultSettings } from '../../src/shared/settings'
import { type CurvePoint, drawCurve } from './drawCurve'

const libraries = [fileURLToPath(new URL('../../resources/models', import.meta.url))]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: defaultSettings.model },
    drawing: { type: 'string' },
    inner: { type: 'boolean' },
  },
})

interface Measured {
  width: number
  height: number
  tiles: number
  /** Of the whole restoration, from file to file, the model already loaded. */
  seconds: number
  /** Of these, the seconds within the model: first its looks at the photo, which settle the gates, then its tiles. */
  looks: number
  bare: number
  peakMegabytes: number
}

if (values.inner) console.log(JSON.stringify(await measure(positionals[0]!)))
else await report(positionals.length > 0 ? positionals : ['2', '6', '12', '24'])

async function report(sizes: string[]): Promise<void> {
  console.log('     MP  tiles  seconds   MP/s   looks  model  ratio  peak MB')
  const curve: CurvePoint[] = []
  for (const size of sizes) {
    const script = fileURLToPath(import.meta.url)
    const folder = mkdtempSync(join(tmpdir(), 'petrichor-bench-'))
    const photo = await writePhoto(folder, Number(size))
    const args = [...process.execArgv, script, '--inner', '--model', values.model, photo]
    const found = JSON.parse(execFileSync(process.execPath, args).toString()) as Measured
    rmSync(folder, { recursive: true })
    const megapixels = (found.width * found.height) / 1e6
    const columns: [string, number][] = [
      [megapixels.toFixed(1), 7],
      [String(found.tiles), 6],
      [found.seconds.toFixed(1), 8],
      [(megapixels / found.seconds).toFixed(2), 6],
      [found.looks.toFixed(1), 7],
      [found.bare.toFixed(1), 8],
      [(found.seconds / found.bare).toFixed(3), 6],
      [found.peakMegabytes.toFixed(0), 8],
    ]
    console.log(columns.map(([text, width]) => text.padStart(width)).join(' '))
    curve.push({ megapixels, megabytes: found.peakMegabytes })
  }
  if (values.drawing !== undefined) writeFileSync(values.drawing, drawCurve(curve))
}

async function measure(photo: string): Promise<Measured> {
  const session = await loadSession(await findModel(values.model, libraries))
  // Timed within the same restoration: two runs after each other would meet a different machine.
  const spent = { looks: 0, bare: 0 }
  async function clocked<T>(kind: keyof typeof spent, work: () => Promise<T>): Promise<T> {
    const began = performance.now()
    const result = await work()
    spent[kind] += (performance.now() - began) / 1000
    return result
  }
  const timedSession: Session = {
    ...session,
    run: (...input) => clocked('bare', () => session.run(...input)),
    route: (...input) => clocked('looks', () => session.route(...input)),
  }
  const began = performance.now()
  const { width, height } = await restore(photo, join(dirname(photo), 'out', basename(photo)), timedSession)
  const seconds = (performance.now() - began) / 1000
  await session.close()
  const tiles = countTiles(planTiles(width, height, session.manifest))
  return {
    width,
    height,
    tiles,
    seconds,
    ...spent,
    peakMegabytes: process.resourceUsage().maxRSS / 1024,
  }
}

/** What a Restorer does. */
function restore(source: string, output: string, session: Session): Promise<RasterShape> {
  return withScratch((scratch) =>
    withDecoded(source, scratch, {}, async (photo) => {
      await restoreRaster(photo.raster, session, defaultSettings)
      await encodePhoto(photo, { source, target: output, scratch })
      return photo.raster.shape
    }),
  )
}

/** A grey photo with noise; returns its path. */
async function writePhoto(folder: string, megapixels: number): Promise<string> {
  const height = Math.round(Math.sqrt((megapixels * 1e6) / 1.5))
  const noise = { type: 'gaussian', mean: 128, sigma: 30 } as const
  const image = sharp({
    create: { width: Math.round(height * 1.5), height, channels: 3, background: '#888', noise },
    limitInputPixels: false,
  })
  const path = join(folder, megapixels > 100 ? 'photo.tif' : 'photo.jpg')
  await (megapixels > 100 ? image.tiff({ compression: 'none' }) : image.jpeg({ quality: 90 })).toFile(path)
  return path
}
