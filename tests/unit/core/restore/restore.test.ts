import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Raster, writeRaster } from '../../../../src/core/photo/raster'
import { restoreRaster } from '../../../../src/core/restore/restore'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { fakeSession } from '../../../support/models'
import { picture, samples } from '../../../support/photos'

const folder = temporaryFolder()
const whole = { tasks: {}, strength: 100 }

async function raster(width: number, height: number, channels: 1 | 2 | 3 | 4 = 3, depth: 8 | 16 = 8) {
  const file = folder(`${Math.random()}.tif`)
  await writeRaster(picture(samples(width * height * channels, depth), width, height, channels), file)
  return Raster.open(file)
}

/** The first plane of a raster. */
async function red(raster: Raster): Promise<Float32Array> {
  const { width, height } = raster.shape
  return (await raster.readRows(0, height)).subarray(0, width * height)
}

const routed = {
  levels: 1,
  kept: 1,
  experts: ['rain', 'haze'],
  tasks: [{ id: 'haze', label: 'Haze', gates: [[0, 1]] }],
}

describe('a raster', () => {
  it('is what the file holds: sides, channels, depth', async () => {
    for (const channels of [1, 2, 3, 4] as const) {
      for (const depth of [8, 16] as const) {
        const opened = await raster(7, 5, channels, depth)
        expect(opened.shape).toEqual({ width: 7, height: 5, channels, depth })
        await opened.close()
      }
    }
  })

  it('clips and rounds what is written to it', async () => {
    const opened = await raster(4, 1)
    await opened.writeRows(
      0,
      1,
      Float32Array.from([-1, 2, 0.5, 127.4 / 255, ...new Array<number>(8).fill(0)]),
    )
    expect([...(await red(opened))].map((value) => Math.round(value * 255))).toEqual([0, 255, 128, 127])
    await opened.close()
  })
})

describe('restoring with a model that changes nothing', () => {
  it('gives back any photo bit for bit, at any size, with any tiles and overlaps', async () => {
    const cases = fc
      .record({
        width: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 200 })),
        height: fc.oneof(fc.constant(1), fc.integer({ min: 1, max: 200 })),
        multiple: fc.constantFrom(1, 4, 8, 16),
        cells: fc.integer({ min: 2, max: 6 }),
        share: fc.double({ min: 0, max: 0.5, noNaN: true }),
        channels: fc.constantFrom(1 as const, 2 as const, 3 as const, 4 as const),
        depth: fc.constantFrom(8 as const, 16 as const),
        strength: fc.constantFrom(0, 50, 100),
      })
      // A tile of few pixels over a large photo takes long and shows nothing new.
      .map((found) => ({ ...found, cells: Math.max(found.cells, Math.ceil(24 / found.multiple)) }))
    await fc.assert(
      fc.asyncProperty(
        cases,
        async ({ width, height, multiple, cells, share, channels, depth, strength }) => {
          const tile = multiple * cells
          const opened = await raster(width, height, channels, depth)
          const before = readFileSync(opened.path)
          const identity = fakeSession({ multiple, tile, overlap: Math.floor(tile * share) })
          await restoreRaster(opened, identity, { tasks: {}, strength })
          await opened.close()
          expect(readFileSync(opened.path).equals(before)).toBe(true)
          for (const run of identity.runs) {
            expect([run.width % multiple, run.height % multiple]).toEqual([0, 0])
            expect(run.planes).toHaveLength(3 * run.width * run.height)
          }
        },
      ),
      { numRuns: 150 },
    )
  }, 30_000)
})

describe('restoring', () => {
  it('clips a result beyond white or black', async () => {
    const opened = await raster(150, 90)
    await restoreRaster(
      opened,
      fakeSession({}, (planes) => planes.map(() => 1.5)),
      whole,
    )
    expect(new Set(await red(opened))).toEqual(new Set([1]))
    await opened.close()
  })

  it.each([
    ['beside', 112, 8],
    ['above', 8, 112],
  ])(
    'blends a tile with the one %s it, which disagrees, without a step at the border',
    async (_, width, height) => {
      const opened = await raster(width, height)
      // The first tile turns black, the second white.
      const torn = fakeSession({}, (planes, run) => planes.map(() => (run === 1 ? 0 : 1)))
      await restoreRaster(opened, torn, whole)
      const plane = await red(opened)
      const line = Array.from({ length: 112 }, (_, at) => plane[width > height ? at : at * width]!)
      expect([line[0], line[111]]).toEqual([0, 1])
      const steps = line.slice(1).map((value, at) => value - line[at]!)
      expect(Math.min(...steps)).toBeGreaterThanOrEqual(0)
      expect(Math.max(...steps)).toBeLessThan(0.2)
      await opened.close()
    },
  )

  it('never touches alpha', async () => {
    const opened = await raster(90, 70, 4, 16)
    const alpha = () =>
      new Uint16Array(readFileSync(opened.path).buffer.slice(64, 64 + 90 * 70 * 8)).filter(
        (_, at) => at % 4 === 3,
      )
    const before = alpha()
    await restoreRaster(
      opened,
      fakeSession({}, (planes) => planes.map(() => 0.5)),
      whole,
    )
    await opened.close()
    expect(alpha()).toEqual(before)
    expect(new Set(before).size).toBeGreaterThan(1000)
  })

  it('mixes the original in by strength', async () => {
    const opened = await raster(100, 100, 3, 16)
    const before = await red(opened)
    await restoreRaster(
      opened,
      fakeSession({}, (planes) => planes.map(() => 1)),
      { tasks: {}, strength: 25 },
    )
    const after = await red(opened)
    const worst = Math.max(...after.map((value, at) => Math.abs(value - (before[at]! * 0.75 + 0.25))))
    expect(worst).toBeLessThan(1 / 65535)
    await opened.close()
  })

  it('at strength 0 leaves every pixel and still says what the model found', async () => {
    const opened = await raster(150, 100)
    const before = readFileSync(opened.path)
    const seen = fakeSession(
      routed,
      (planes) => planes.map(() => 0),
      () => [[0.7, 0]],
    )
    const progress: [number, number][] = []
    const gates = await restoreRaster(
      opened,
      seen,
      { tasks: {}, strength: 0 },
      { onProgress: (done, total) => progress.push([done, total]) },
    )
    await opened.close()
    expect(readFileSync(opened.path).equals(before)).toBe(true)
    expect(gates).toEqual([[0.7, 0]])
    expect(progress.at(-1)).toEqual([6, 6])
  })

  it('at strength 0 asks nothing where there is nothing to ask', async () => {
    const opened = await raster(150, 100)
    const before = readFileSync(opened.path)
    const pooling = fakeSession({ ...routed, pooled: 2 })
    const gates = await restoreRaster(opened, pooling, { tasks: { haze: 60 }, strength: 0 })
    expect(gates).toEqual([[0, 0.6]])
    const gateless = fakeSession({ pooled: 2 })
    expect(await restoreRaster(opened, gateless, { tasks: {}, strength: 0 })).toEqual([])
    expect([...pooling.runs, ...gateless.runs]).toEqual([])
    await opened.close()
    expect(readFileSync(opened.path).equals(before)).toBe(true)
  })

  it('settles one set of gates for the whole photo and forces it on every tile', async () => {
    const opened = await raster(150, 100)
    // The router is of two minds, one tile rain and the next haze.
    const undecided = fakeSession(routed, undefined, (_, run) => (run % 2 ? [[0.8, 0]] : [[0, 0.6]]))
    const gates = await restoreRaster(opened, undecided, whole)
    const [route, ...tiles] = undecided.runs
    expect(route!.gates).toBeUndefined()
    expect(tiles.map((run) => run.gates)).toEqual(new Array(6).fill([[0.8, 0]]))
    expect(gates).toEqual([[0.8, 0]])
    await opened.close()
  })

  it('looks at parts from all over the photo side by side, no larger than a tile together', async () => {
    const opened = await raster(150, 100)
    const original = await opened.readRows(0, 100)
    const seen = fakeSession(routed, undefined, () => [[0.8, 0]])
    await restoreRaster(opened, seen, whole)
    await opened.close()

    const { planes, width, height } = seen.runs[0]!
    expect([width, height]).toEqual([64, 64])
    // Around the middles of the halves: 37.5 and 112.5 of 150 pixels, 25 and 75 of 100.
    const [lefts, tops] = [[22, 97], [9, 59]] // prettier-ignore
    const expected = new Float32Array(planes.length)
    for (let at = 0; at < planes.length; at++) {
      const [x, y, plane] = [at % 64, Math.floor(at / 64) % 64, Math.floor(at / 4096)]
      const left = lefts[x >> 5]! + (x % 32)
      const top = tops[y >> 5]! + (y % 32)
      expected[at] = original[(plane * 100 + top) * 150 + left]!
    }
    expect(planes).toEqual(expected)
  })

  it('runs a photo of one tile once, with the gates of its own router', async () => {
    const opened = await raster(50, 40)
    const seen = fakeSession(routed, undefined, () => [[0, 0.9]])
    expect(await restoreRaster(opened, seen, whole)).toEqual([[0, 0.9]])
    expect(seen.runs.map(({ gates }) => gates)).toEqual([undefined])
    await opened.close()
  })

  it('settles the means of the attentions by the same look, and forces them too', async () => {
    const opened = await raster(150, 100)
    const pooling = fakeSession(
      { ...routed, pooled: 2 },
      undefined,
      () => [[0.8, 0]],
      (_, run) => Float32Array.from([run, 10 * run]),
    )
    await restoreRaster(opened, pooling, whole)
    const [route, ...tiles] = pooling.runs
    expect([route!.gates, route!.pools]).toEqual([undefined, undefined])
    expect(tiles).toHaveLength(6)
    for (const { gates, pools } of tiles) {
      expect(gates).toEqual([[0.8, 0]])
      expect(pools).toEqual(Float32Array.from([1, 10]))
    }
    await opened.close()
  })

  it('looks at a photo whose one side fits into a tile along the other only', async () => {
    const opened = await raster(150, 40)
    const seen = fakeSession(routed, undefined, () => [[0.8, 0]])
    await restoreRaster(opened, seen, whole)
    const looks = seen.runs.filter(({ gates }) => !gates)
    expect(looks.map(({ width, height }) => [width, height])).toEqual([[64, 40]]) // prettier-ignore
    await opened.close()
  })

  it('uses the gates of a task that was chosen by hand, without asking the router', async () => {
    const opened = await raster(150, 100)
    const seen = fakeSession(routed, undefined, () => [[1, 0]])
    expect(await restoreRaster(opened, seen, { tasks: { haze: 100 }, strength: 100 })).toEqual([[0, 1]])
    expect(seen.runs).toHaveLength(6)
    expect(seen.runs.every(({ gates }) => gates?.[0]?.[1] === 1)).toBe(true)
    await opened.close()
  })

  it('tells its progress from no tile to all', async () => {
    const opened = await raster(150, 100)
    const progress: string[] = []
    await restoreRaster(opened, fakeSession(), whole, {
      onProgress: (done, total) => progress.push(`${done}/${total}`),
    })
    expect(progress).toEqual(['0/6', '1/6', '2/6', '3/6', '4/6', '5/6', '6/6'])
    await opened.close()
  })

  it.each([NaN, Infinity, -Infinity])('refuses a result with %s in it', async (value) => {
    const opened = await raster(100, 100)
    const broken = fakeSession({}, (planes) => planes.with(planes.length - 1, value) as typeof planes)
    await expectFailure(restoreRaster(opened, broken, whole), 'bad-result')
    await opened.close()
  })

  it('refuses a task that the model does not have', async () => {
    const opened = await raster(10, 10)
    await expectFailure(
      restoreRaster(opened, fakeSession(routed), { tasks: { snow: 100 }, strength: 100 }),
      'unknown-task',
    )
    await opened.close()
  })

  it('stops between tiles when it is cancelled, also while the gates are settled', async () => {
    const opened = await raster(150, 100)
    const abort = new AbortController()
    const stopped = fakeSession({}, (planes, run) => {
      if (run === 2) abort.abort()
      return planes
    })
    await expectFailure(restoreRaster(opened, stopped, whole, { signal: abort.signal }), 'cancelled')
    expect(stopped.runs).toHaveLength(2)

    const settling = fakeSession(routed, undefined, () => [[1, 0]])
    await expectFailure(restoreRaster(opened, settling, whole, { signal: abort.signal }), 'cancelled')
    expect(settling.runs).toHaveLength(0)
    await opened.close()
  })
})
