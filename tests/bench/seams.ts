/**
 * How far a result over tiles is from the result over the whole photo: node --import tsx tests/bench/seams.ts PHOTO…
 *
 * Photos should fit in memory at once (up to about 3 megapixels). Printed for each tile and overlap, in steps of 1/255:
 * the mean difference over the photo, near the lines where tiles meet and away from them, and the largest one.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { findModel } from '../../src/core/model/library'
import { loadSession } from '../../src/core/model/session'
import { type Planes, Raster, writeRaster } from '../../src/core/photo/raster'
import { type Resolved, resolveForPhoto } from '../../src/core/restore/resolve'
import { restoreRaster } from '../../src/core/restore/restore'
import { planTiles, type TilePlan } from '../../src/core/restore/tiles'
import { defaultSettings } from '../../src/shared/settings'

const libraries = [fileURLToPath(new URL('../../resources/models', import.meta.url))]
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    model: { type: 'string', default: defaultSettings.model },
    plans: { type: 'string', default: '512/32,512/64,512/96,512/128' },
  },
})
/** Pixels on each side of the middle of an overlap that count as near it. */
const nearby = 16

const folder = mkdtempSync(join(tmpdir(), 'petrichor-seams-'))
const session = await loadSession(await findModel(values.model, libraries))
try {
  console.log('photo                      plan      mean   near   away    most')
  for (const photo of positionals) await compare(photo)
} finally {
  await session.close()
  rmSync(folder, { recursive: true })
}

async function compare(photo: string): Promise<void> {
  // 16 bits, so that rounding to 8 does not hide or make differences.
  const file = join(folder, 'photo.tif')
  await writeRaster(sharp(photo).removeAlpha().toColourspace('rgb16'), file)
  const source = await Raster.open(file)
  const resolved = await resolveForPhoto(source, session)
  const { width, height } = source.shape
  await source.close()

  const whole = await restored(photo, resolved, { tile: 1 << 20, overlap: 0 })
  for (const plan of values.plans.split(',')) {
    const [tile, overlap] = plan.split('/').map(Number) as [number, number]
    const tiled = await restored(photo, resolved, { tile, overlap })
    const found = differences(
      whole,
      tiled,
      planTiles(width, height, { ...session.manifest, tile, overlap }),
      width,
      height,
    )
    const columns = [found.mean, found.near, found.away].map((value) => value.toFixed(3).padStart(6))
    console.log(
      basename(photo).slice(0, 24).padEnd(24),
      plan.padStart(8),
      ...columns,
      found.most.toFixed(1).padStart(7),
    )
  }
}

async function restored(
  photo: string,
  resolved: Resolved,
  plan: { tile: number; overlap: number },
): Promise<Planes> {
  const file = join(folder, `${plan.tile}-${plan.overlap}.tif`)
  await writeRaster(sharp(photo).removeAlpha().toColourspace('rgb16'), file)
  const raster = await Raster.open(file)
  const planned = { ...session, manifest: { ...session.manifest, ...plan } }
  await restoreRaster(raster, planned, defaultSettings, { resolved })
  const planes = await raster.readRows(0, raster.shape.height)
  await raster.close()
  return planes
}

function differences(
  a: Planes,
  b: Planes,
  plan: TilePlan,
  width: number,
  height: number,
): { mean: number; near: number; away: number; most: number } {
  const lines = ({ starts, tile }: TilePlan['rows']) =>
    starts.slice(1).map((start, index) => (starts[index]! + tile + start) / 2)
  const [xs, ys] = [lines(plan.columns), lines(plan.rows)]
  const isNear = (at: number, all: number[]) => all.some((line) => Math.abs(at - line) < nearby)
  const nearColumn = Array.from({ length: width }, (_, x) => isNear(x, xs))
  let [near, nearCount, away, awayCount, most] = [0, 0, 0, 0, 0]
  for (let at = 0; at < a.length; at++) {
    const x = at % width
    const y = Math.floor(at / width) % height
    const difference = Math.abs(a[at]! - b[at]!) * 255
    most = Math.max(most, difference)
    if (nearColumn[x] || isNear(y, ys)) {
      near += difference
      nearCount++
    } else {
      away += difference
      awayCount++
    }
  }
  return {
    mean: (near + away) / a.length,
    near: near / Math.max(1, nearCount),
    away: away / Math.max(1, awayCount),
    most,
  }
}
