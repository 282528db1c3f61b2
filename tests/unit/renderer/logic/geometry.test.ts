import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import * as geometry from '../../../../src/renderer/logic/geometry'

const photo = { width: 4000, height: 3000 }
const stage = { width: 1040, height: 840 }
const scene = { photo, stage, pixelRatio: 1 }

describe('fitting', () => {
  test('shows the whole photo in the middle with a margin', () => {
    const placement = geometry.fit(scene)
    expect(placement).toEqual({ scale: 0.25, x: 20, y: 45 })
  })

  test('does not blow small photos up beyond twice their size', () => {
    expect(geometry.fit({ ...scene, photo: { width: 100, height: 80 } }).scale).toBe(2)
    expect(geometry.fit({ photo: { width: 100, height: 80 }, stage, pixelRatio: 2 }).scale).toBe(1)
  })
})

describe('zooming', () => {
  test('keeps what is under the pointer where it is', () => {
    const before = geometry.fit(scene)
    const point = { x: 300, y: 400 }
    const after = geometry.zoomAround(before, point, 1, scene)
    const inPhoto = (placement: geometry.Placement) => ({
      x: (point.x - placement.x) / placement.scale,
      y: (point.y - placement.y) / placement.scale,
    })
    expect(after.scale).toBe(1)
    expect(inPhoto(after).x).toBeCloseTo(inPhoto(before).x)
    expect(inPhoto(after).y).toBeCloseTo(inPhoto(before).y)
  })

  test('goes no further out than fitted and no further in than sixteenfold', () => {
    const fitted = geometry.fit(scene)
    const centre = { x: 520, y: 420 }
    expect(geometry.zoomAround(fitted, centre, 0.001, scene).scale).toBe(fitted.scale)
    expect(geometry.zoomAround(fitted, centre, 99, scene).scale).toBe(16)
  })

  test('one to one is one photo pixel per screen pixel', () => {
    expect(geometry.actualScale(2)).toBe(0.5)
  })

  test('shows pixels as such above 200 %', () => {
    expect(geometry.showsPixels(2, 1)).toBe(false)
    expect(geometry.showsPixels(2.1, 1)).toBe(true)
    expect(geometry.showsPixels(1.1, 2)).toBe(true)
  })
})

describe('panning', () => {
  test('stops at the edges of the photo', () => {
    const placement = { scale: 1, x: -100, y: -100 }
    expect(geometry.pan(placement, { x: 500, y: 0 }, scene)).toEqual({ scale: 1, x: 0, y: -100 })
    expect(geometry.pan(placement, { x: -9999, y: -9999 }, scene)).toEqual({
      scale: 1,
      x: 1040 - 4000,
      y: 840 - 3000,
    })
  })

  test('leaves the side centred on which the photo has room', () => {
    const wide = { width: 4000, height: 400 }
    expect(geometry.pan({ scale: 1, x: -10, y: 0 }, { x: -5, y: 90 }, { ...scene, photo: wide })).toEqual({
      scale: 1,
      x: -15,
      y: 220,
    })
  })
})

test('whatever is done, no more of the stage is empty than must be', () => {
  const side = fc.integer({ min: 1, max: 9000 })
  const size = fc.record({ width: side, height: side })
  const point = fc.record({ x: fc.integer(), y: fc.integer() })
  fc.assert(
    fc.property(
      size,
      size,
      point,
      fc.double({ min: 0.001, max: 40, noNaN: true }),
      (photo, stage, at, scale) => {
        const scene = { photo, stage, pixelRatio: 1 }
        const start = geometry.fit(scene)
        const placement = geometry.zoomAround(start, at, scale, scene)
        for (const [offset, length, room] of [
          [placement.x, photo.width * placement.scale, stage.width],
          [placement.y, photo.height * placement.scale, stage.height],
        ] as const) {
          if (length <= room) expect(offset).toBeCloseTo((room - length) / 2)
          else {
            expect(offset).toBeLessThanOrEqual(0)
            expect(offset + length).toBeGreaterThanOrEqual(room - 1e-6)
          }
        }
      },
    ),
  )
})

describe('the divider', () => {
  test('stands at a fraction of the photo while all of it is seen', () => {
    const placement = geometry.fit(scene)
    expect(geometry.splitAt(0.5, placement, scene)).toEqual({ onStage: 520, inPhoto: 0.5 })
  })

  test('stays on the stage when the photo is larger', () => {
    const placement = { scale: 1, x: -1000, y: 0 }
    expect(geometry.splitAt(0.25, placement, scene)).toEqual({ onStage: 260, inPhoto: 1260 / 4000 })
  })

  test('follows the pointer', () => {
    const placement = { scale: 1, x: -1000, y: 0 }
    const fraction = geometry.splitFraction(300, placement, scene)
    expect(geometry.splitAt(fraction, placement, scene).onStage).toBeCloseTo(300)
    expect(geometry.splitFraction(-50, placement, scene)).toBe(0)
    expect(geometry.splitFraction(5000, placement, scene)).toBe(1)
  })
})
