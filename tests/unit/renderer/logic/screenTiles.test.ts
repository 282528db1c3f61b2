import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as geometry from '../../../../src/renderer/logic/geometry'
import { pyramidLevelFor, tilesFor } from '../../../../src/renderer/logic/screenTiles'
import { screenEdge } from '../../../../src/shared/screen'

const large = { width: 8660, height: 5774 }

describe('the pyramid level of tiles', () => {
  test('is none where the picture of the whole photo has all its pixels, or as many as the screen', () => {
    expect(pyramidLevelFor({ width: screenEdge, height: 1000 }, 8)).toBeUndefined()
    expect(pyramidLevelFor(large, 0.1)).toBeUndefined()
  })

  test('is the smallest that has a pixel for each of the screen', () => {
    expect(pyramidLevelFor(large, 1)).toBe(0)
    expect(pyramidLevelFor(large, 4)).toBe(0)
    expect(pyramidLevelFor(large, 0.51)).toBe(0)
    expect(pyramidLevelFor(large, 0.5)).toBe(1)
    expect(pyramidLevelFor(large, 0.3)).toBe(1)
  })
})

test('tiles cover all that is seen of a photo, and few more than that', () => {
  const side = fc.integer({ min: 1, max: 20_000 })
  const shape = fc.record({ width: side, height: side })
  fc.assert(
    fc.property(
      shape,
      fc.double({ min: 0.05, max: 16, noNaN: true }),
      fc.constantFrom(1, 1.5, 2),
      (photo, zoom, ratio) => {
        const stage = { width: 900, height: 700 }
        const scene = { photo, stage, pixelRatio: ratio }
        const placement = geometry.zoomAround(geometry.fit(scene), { x: 300, y: 300 }, zoom, scene)
        const tiles = tilesFor(placement, scene)
        if (tiles.length === 0) return

        const seen = geometry.visibleArea(placement, scene)
        const onStage = tiles.map(({ region }) => ({
          left: placement.x + region.left * placement.scale,
          top: placement.y + region.top * placement.scale,
          right: placement.x + (region.left + region.width) * placement.scale,
          bottom: placement.y + (region.top + region.height) * placement.scale,
        }))
        for (const across of [0.001, 0.37, 0.999]) {
          for (const down of [0.001, 0.62, 0.999]) {
            const x = seen.x + across * seen.width
            const y = seen.y + down * seen.height
            expect(
              onStage.some((tile) => tile.left <= x && x <= tile.right && tile.top <= y && y <= tile.bottom),
            ).toBe(true)
          }
        }
        // A tile is at least 256 pixels of the screen wide, so a stage holds only so many.
        expect(tiles.length).toBeLessThanOrEqual(
          (Math.ceil((900 * ratio) / 256) + 1) * (Math.ceil((700 * ratio) / 256) + 1),
        )
        for (const { region } of tiles) {
          expect(region.left + region.width).toBeLessThanOrEqual(photo.width)
          expect(region.top + region.height).toBeLessThanOrEqual(photo.height)
        }
      },
    ),
  )
})
