import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { feather, lerp } from '../../../../src/core/restore/blend'
import { crop } from '../../../../src/core/restore/crop'
import { countTiles, mirror, planTiles } from '../../../../src/core/restore/tiles'

/** Any sensible settings: an overlap of at most half a tile, as a manifest must have it. */
const settings = fc
  .record({ multiple: fc.constantFrom(1, 2, 8, 16), cells: fc.integer({ min: 2, max: 12 }) })
  .chain(({ multiple, cells }) =>
    fc.record({
      multiple: fc.constant(multiple),
      tile: fc.constant(multiple * cells),
      overlap: fc.integer({ min: 0, max: Math.floor((multiple * cells) / 2) }),
    }),
  )

describe('a plan of tiles', () => {
  it('covers every pixel, with starts and sides on the grid of the model', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), settings, (length, settings) => {
        const { starts, tile } = planTiles(length, 1, settings).columns
        expect(starts[0]).toBe(0)
        expect(tile % settings.multiple).toBe(0)
        expect(tile).toBeLessThanOrEqual(settings.tile)
        for (const [index, start] of starts.entries()) {
          expect(start % settings.multiple).toBe(0)
          if (index > 0) expect(start).toBeGreaterThan(starts[index - 1]!)
        }
        const overhang = starts.at(-1)! + tile - length
        expect(overhang).toBeGreaterThanOrEqual(0)
        expect(overhang).toBeLessThan(settings.multiple)
      }),
    )
  })

  it('gives neighbours at least the wished overlap', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 600 }), settings, (length, settings) => {
        const { starts, tile } = planTiles(1, length, settings).rows
        // Tiles of one or two cells cannot share half of themselves and still advance by whole cells.
        const possible = Math.min(settings.overlap, tile - settings.multiple)
        for (let index = 1; index < starts.length; index++) {
          expect(starts[index - 1]! + tile - starts[index]!).toBeGreaterThanOrEqual(possible)
        }
      }),
    )
  })

  it('is one tile, no larger than the grid demands, where the photo fits into it', () => {
    const plan = planTiles(100, 30, { tile: 128, overlap: 32, multiple: 16 })
    expect(countTiles(plan)).toBe(1)
    expect([plan.columns.tile, plan.rows.tile]).toEqual([112, 32])
  })

  it('takes no more tiles than it needs', () => {
    expect(planTiles(1000, 1, { tile: 512, overlap: 64, multiple: 16 }).columns.starts).toHaveLength(3)
    expect(planTiles(960, 1, { tile: 512, overlap: 64, multiple: 16 }).columns.starts).toEqual([0, 448])
  })
})

describe('what reaches over the end of a photo', () => {
  it('is its mirror image, the edge itself not repeated', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 8].map((index) => mirror(index, 4))).toEqual([0, 1, 2, 3, 2, 1, 0, 1, 2])
    expect(mirror(-1, 4)).toBe(1)
    expect(mirror(9, 1)).toBe(0)
  })

  it('fills a crop to the right and below', () => {
    const planes = Float32Array.from([1, 2, 3, 4, 5, 6, 10, 20, 30, 40, 50, 60, 0, 0, 0, 0, 0, 9])
    const window = { left: 1, top: 0, width: 4, height: 3 }
    const { planes: cropped } = crop({ planes, width: 3, height: 2 }, window)
    expect([...cropped.subarray(0, 12)]).toEqual([2, 3, 2, 1, 5, 6, 5, 4, 2, 3, 2, 1])
    expect([...cropped.subarray(12, 16)]).toEqual([20, 30, 20, 10])
  })
})

describe('the blend of two tiles', () => {
  it('goes from the earlier to the later without ever going back', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), (shared) => {
        const weights = feather(shared)
        expect(weights).toHaveLength(shared)
        for (const [index, weight] of weights.entries()) {
          expect(weight).toBeGreaterThanOrEqual(index > 0 ? weights[index - 1]! : 0)
          expect(weight).toBeLessThanOrEqual(1)
          expect(weight + weights[shared - 1 - index]!).toBeCloseTo(1, 5)
        }
      }),
    )
    expect(feather(0)).toHaveLength(0)
  })

  it('leaves the border of a tile, where it saw least, to its neighbour', () => {
    const weights = feather(64)
    expect(weights.slice(0, 16).every((weight) => weight === 0)).toBe(true)
    expect(weights.slice(48).every((weight) => weight === 1)).toBe(true)
  })

  it('keeps equal values to the last bit', () => {
    fc.assert(
      fc.property(
        fc.float({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (value, weight) => {
          expect(lerp(value, value, weight)).toBe(value)
        },
      ),
    )
  })
})
