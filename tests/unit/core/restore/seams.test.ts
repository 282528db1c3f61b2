import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { defaultSettings } from '../../../../src/core/batch/job'
import { findModel } from '../../../../src/core/model/library'
import { loadNetwork, type Network } from '../../../../src/core/model/session'
import { type Planes, Raster, writeRaster } from '../../../../src/core/photo/raster'
import { restoreRaster } from '../../../../src/core/restore/restore'
import { settleForPhoto } from '../../../../src/core/restore/settle'
import { planTiles } from '../../../../src/core/restore/tiles'
import { temporaryFolder } from '../support/folder'

const resources = fileURLToPath(new URL('../../../../resources', import.meta.url))
const folder = temporaryFolder()
const tiled = { tile: 256, overlap: 64 }
/** Larger than any sample: the whole photo at once. */
const whole = { tile: 4096, overlap: 0 }

let network: Network
beforeAll(async () => {
  network = await loadNetwork(await findModel(defaultSettings.model, [`${resources}/models`]))
})
afterAll(() => network.close())

/** A sample with 16 bits a channel, so that rounding neither hides nor makes differences. */
async function open(sample: string): Promise<Raster> {
  const file = folder(`${Math.random()}.tif`)
  await writeRaster(sharp(`${resources}/samples/${sample}`).toColourspace('rgb16'), file)
  return Raster.open(file)
}

async function restored(sample: string, plan: typeof tiled, isSettled = true): Promise<Planes> {
  const raster = await open(sample)
  const planned = { ...network, manifest: { ...network.manifest, ...plan } }
  const options = isSettled ? { settled: await settleForPhoto(raster, network) } : {}
  await restoreRaster(raster, planned, defaultSettings, options)
  const planes = await raster.readRows(0, raster.shape.height)
  await raster.close()
  return planes
}

/** In steps of 1/255; of the pixels that `counts` says. */
function meanDifference(a: Planes, b: Planes, counts: (pixel: number) => boolean = () => true): number {
  const area = a.length / 3
  let [sum, count] = [0, 0]
  for (let at = 0; at < a.length; at++) {
    if (!counts(at % area)) continue
    sum += Math.abs(a[at]! - b[at]!) * 255
    count++
  }
  return sum / count
}

describe('the bundled network', () => {
  it.each(['barn-in-rain.jpg', 'lighthouse-in-haze.jpg'])(
    'gives the same for %s over tiles as over the whole photo, also where tiles meet',
    async (sample) => {
      const raster = await open(sample)
      const { width, height } = raster.shape
      const original = await raster.readRows(0, height)
      await raster.close()
      const { columns } = planTiles(width, height, { ...network.manifest, ...tiled })
      const middles = columns.starts
        .slice(1)
        .map((start, at) => (columns.starts[at]! + tiled.tile + start) / 2)
      expect(middles.length).toBeGreaterThan(1)
      const nearSeam = (pixel: number) => middles.some((middle) => Math.abs((pixel % width) - middle) < 8)

      const [overTiles, atOnce] = [await restored(sample, tiled), await restored(sample, whole)]
      expect(meanDifference(atOnce, original)).toBeGreaterThan(1)
      expect(meanDifference(atOnce, overTiles)).toBeLessThan(0.05)
      expect(meanDifference(atOnce, overTiles, nearSeam)).toBeLessThan(0.25)
    },
  )

  it.each([
    ['barn-in-rain.jpg', 0.2],
    ['lighthouse-in-haze.jpg', 0.7],
  ])(
    'gives nearly the same for %s as over the whole photo with nothing settled beforehand',
    async (sample, most) => {
      const [overTiles, free] = [await restored(sample, tiled), await restored(sample, whole, false)]
      expect(meanDifference(overTiles, free)).toBeLessThan(most)
    },
  )
})
