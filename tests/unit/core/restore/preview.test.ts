import { readdirSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { fileURLToPath } from 'node:url'
import fc from 'fast-check'
import sharp, { type Region } from 'sharp'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Previewer } from '../../../../src/core/restore/previewer'
import { expandRegion, regionInFile } from '../../../../src/core/restore/region'
import { type PreviewRequest, Restorer } from '../../../../src/core/restore/restorer'
import { defaultExport, defaultSettings } from '../../../../src/shared/settings'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { fakeSession, modelFixtures } from '../../../support/models'
import { picture, samples } from '../../../support/photos'

const resources = fileURLToPath(new URL('../../../../resources', import.meta.url))
const folder = temporaryFolder()
let restorer = new Restorer([modelFixtures, `${resources}/models`])
afterEach(async () => {
  vi.unstubAllEnvs()
  await restorer.close()
  restorer = new Restorer([modelFixtures, `${resources}/models`])
})

/** 8-bit RGB of a part of a file as it is seen. */
function seen(file: string, region: Region): Promise<Buffer> {
  return sharp(file).autoOrient().toBuffer().then(cut(region))
}

const cut = (region: Region) => (upright: Buffer) =>
  sharp(upright).extract(region).removeAlpha().raw().toBuffer()

describe('a region', () => {
  const size = fc.integer({ min: 1, max: 60 })
  const inside = (width: number, height: number) =>
    fc
      .tuple(fc.nat(width - 1), fc.nat(height - 1))
      .chain(([left, top]) =>
        fc.tuple(
          fc.constant(left),
          fc.constant(top),
          fc.integer({ min: 1, max: width - left }),
          fc.integer({ min: 1, max: height - top }),
        ),
      )
      .map(([left, top, width, height]) => ({ left, top, width, height }))

  it('grows by its surroundings on the grid of the model, and not beyond the photo', () => {
    fc.assert(
      fc.property(
        fc.record({ width: size, height: size }).chain((photo) =>
          fc.record({
            photo: fc.constant(photo),
            region: inside(photo.width, photo.height),
            margin: fc.nat(30),
            multiple: fc.constantFrom(1, 8, 16),
          }),
        ),
        ({ photo, region, margin, multiple }) => {
          const part = expandRegion(region, margin, multiple, photo)
          expect(part.left % multiple).toBe(0)
          expect(part.left).toBeLessThanOrEqual(Math.max(0, region.left - margin))
          expect(part.left + part.width).toBeGreaterThanOrEqual(
            Math.min(photo.width, region.left + region.width + margin),
          )
          expect(part.left + part.width).toBeLessThanOrEqual(photo.width)
          expect(part.top + part.height).toBeLessThanOrEqual(photo.height)
        },
      ),
    )
  })

  it('of an upright photo is a region of the same area of what is stored', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc
          .record({ width: size, height: size })
          .chain((stored) =>
            fc.record({ stored: fc.constant(stored), orientation: fc.integer({ min: 1, max: 8 }) }),
          ),
        (_, { stored, orientation }) => {
          const turned = orientation > 4
          const whole = {
            left: 0,
            top: 0,
            width: turned ? stored.height : stored.width,
            height: turned ? stored.width : stored.height,
          }
          expect(regionInFile(whole, orientation, stored)).toEqual({ left: 0, top: 0, ...stored })
        },
      ),
    )
  })
})

/** For a corner of a photo of noise, larger than a tile. */
async function wishOfNoise(): Promise<PreviewRequest> {
  const source = folder('photo.png')
  await picture(samples(150 * 100 * 3, 8), 150, 100, 3)
    .png()
    .toFile(source)
  return {
    source,
    settings: { model: 'identity', tasks: {} },
    region: { left: 0, top: 0, width: 50, height: 50 },
  }
}

describe('a preview', { timeout: 60_000 }, () => {
  it.each([1, 2, 3, 4, 5, 6, 7, 8])('shows the region as it is seen, orientation %i', async (orientation) => {
    const path = folder('photo.png')
    await picture(samples(150 * 100 * 3, 8), 150, 100, 3)
      .withMetadata({ orientation })
      .png()
      .toFile(path)
    const region = { left: 20, top: 11, width: 37, height: 53 }
    const { png, gates } = await restorer.preview({
      source: path,
      settings: { model: 'identity', tasks: {} },
      region,
    })
    const { width, height } = await sharp(png).metadata()
    expect({ width, height }).toEqual({ width: 37, height: 53 })
    const expected = await seen(path, region)
    expect((await sharp(png).removeAlpha().raw().toBuffer()).equals(expected)).toBe(true)
    expect(gates).toEqual({})
  })

  it('has the pixels of the whole result', async () => {
    const source = folder('photo.png')
    await sharp(`${resources}/samples/barn-in-rain.jpg`).resize(1200).png().toFile(source)
    const job = {
      id: 'job',
      source,
      output: folder('out', 'photo.png'),
      purpose: 'photo' as const,
      settings: defaultSettings,
      export: defaultExport,
      state: 'running' as const,
      order: 1,
    }
    const { output, gates } = await restorer.restore(job)
    const region = { left: 480, top: 300, width: 200, height: 160 }
    const preview = await restorer.preview({ source, settings: defaultSettings, region })
    const [a, b] = [await seen(output, region), await sharp(preview.png).removeAlpha().raw().toBuffer()]
    const original = await seen(source, region)
    expect(meanDifference(a, b)).toBeLessThan(0.1)
    expect(meanDifference(a, original)).toBeGreaterThan(1)
    expect(preview.gates).toEqual(gates)
  })

  it('in haste looks at the part alone first, and then as the whole photo was seen', async () => {
    const source = folder('photo.png')
    await sharp(`${resources}/samples/barn-in-rain.jpg`).resize(1200).png().toFile(source)
    const wish = {
      source,
      settings: defaultSettings,
      region: { left: 480, top: 300, width: 200, height: 160 },
    }
    const quick = await restorer.preview({ ...wish, quick: true })
    const resolved = await restorer.preview(wish)
    expect([quick.isFinal, resolved.isFinal]).toEqual([false, true])
    const [a, b] = await Promise.all(
      [quick, resolved].map(({ png }) => sharp(png).removeAlpha().raw().toBuffer()),
    )
    // It is near to what comes, much nearer than the original is.
    const original = await seen(source, wish.region)
    expect(meanDifference(a!, b!)).toBeLessThan(meanDifference(original, b!) / 2)

    // Now that the photo was looked at, haste changes nothing.
    expect(await restorer.preview({ ...wish, quick: true })).toEqual(resolved)
  })

  it('keeps to the tile that is allowed, and shows the same', async () => {
    const wish = { ...(await wishOfNoise()), region: { left: 3, top: 5, width: 140, height: 90 } }
    restorer.allow({ tile: 32 })
    const { png } = await restorer.preview(wish)
    const expected = await seen(wish.source, wish.region)
    expect((await sharp(png).removeAlpha().raw().toBuffer()).equals(expected)).toBe(true)
  })

  it('looks at the whole photo once, and again where the tile has changed', async () => {
    const { source, settings, region } = await wishOfNoise()
    const routed = fakeSession({ levels: 1, kept: 1, experts: ['rain', 'haze'] }, undefined, () => [[0.8, 0]])
    const looks = () => routed.runs.filter(({ gates }) => !gates).length
    const withTile = (tile: number) => ({ ...routed, manifest: { ...routed.manifest, tile } })
    const previewer = new Previewer()

    const seen = []
    for (const tile of [64, 64, 48, 64]) {
      await previewer.preview(withTile(tile), { source, tasks: settings.tasks, region })
      seen.push(looks())
    }
    await previewer.close()

    expect(seen).toEqual([1, 1, 2, 2])
  })

  it('that nobody waits for any more is not made, and the next one is', async () => {
    const wish = await wishOfNoise()
    const stale = new AbortController()
    const first = restorer.preview(wish, stale.signal)
    const second = restorer.preview(wish)
    stale.abort()
    await expectFailure(first, 'cancelled')
    expect((await second).png.length).toBeGreaterThan(0)
  })

  it('of a missing file says so, and leaves nothing behind when the restorer is closed', async () => {
    vi.stubEnv('TMPDIR', folder())
    const before = leftovers()
    const wish = await wishOfNoise()
    await restorer.preview(wish)
    await expectFailure(restorer.preview({ ...wish, source: folder('missing.png') }), 'not-found')
    await restorer.preview(wish)
    expect(leftovers().length).toBeGreaterThan(before.length)
    await restorer.close()
    expect(leftovers()).toEqual(before)
  })
})

const leftovers = () => readdirSync(tmpdir()).filter((name) => name.startsWith('petrichor-'))

function meanDifference(a: Buffer, b: Buffer): number {
  return a.reduce((sum, value, at) => sum + Math.abs(value - b[at]!), 0) / a.length
}
