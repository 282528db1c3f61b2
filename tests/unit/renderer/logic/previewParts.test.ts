import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { latticeOver, partsSeen } from '../../../../src/renderer/logic/previewParts'
import type { Region } from '../../../../src/shared/photo'

const middle = ({ left, top, width, height }: Region) => [left + width / 2, top + height / 2] as const
const distance = (a: Region, b: Region) => {
  const [[x, y], [u, v]] = [middle(a), middle(b)]
  return Math.hypot(x - u, y - v)
}

/** A photo, what is seen of it first, and what is seen of it later. */
const views = fc
  .record({ width: fc.integer({ min: 1, max: 9000 }), height: fc.integer({ min: 1, max: 6000 }) })
  .chain((photo) => {
    const axis = (length: number, most: number) =>
      fc
        .tuple(fc.nat(length - 1), fc.integer({ min: 1, max: most }))
        .map(([start, size]) => [start, Math.min(size, length - start)] as const)
    const region = fc
      .tuple(axis(photo.width, 1500), axis(photo.height, 1100))
      .map(([[left, width], [top, height]]) => ({ left, top, width, height }))
    return fc.record({ photo: fc.constant(photo), first: region, later: region })
  })

describe('the parts of a preview', () => {
  it('cover what is seen, lie within the photo, and come from the middle outwards', () => {
    fc.assert(
      fc.property(views, ({ photo, first, later }) => {
        const lattice = latticeOver(first)
        for (const seen of [first, later]) {
          const parts = partsSeen(lattice, seen, photo).map(({ region }) => region)
          expect(Math.min(...parts.map(({ left }) => left))).toBeLessThanOrEqual(seen.left)
          expect(Math.min(...parts.map(({ top }) => top))).toBeLessThanOrEqual(seen.top)
          const [right, bottom] = [seen.left + seen.width, seen.top + seen.height]
          expect(Math.max(...parts.map((part) => part.left + part.width))).toBeGreaterThanOrEqual(right)
          expect(Math.max(...parts.map((part) => part.top + part.height))).toBeGreaterThanOrEqual(bottom)
          for (const { left, top, width, height } of parts) {
            expect(left).toBeGreaterThanOrEqual(0)
            expect(top).toBeGreaterThanOrEqual(0)
            expect(Math.min(width, height)).toBeGreaterThan(0)
            expect(left + width).toBeLessThanOrEqual(photo.width)
            expect(top + height).toBeLessThanOrEqual(photo.height)
          }
        }
        const parts = partsSeen(lattice, first, photo)
        // No more is restored than what is seen, but for the pixel that each shares with the next.
        const pixels = parts.reduce((sum, { region }) => sum + (region.width - 1) * (region.height - 1), 0)
        const [width, height] = [Math.max(first.width + 3, 256), Math.max(first.height + 3, 256)]
        expect(pixels).toBeLessThanOrEqual(width * height)
      }),
    )
  })

  it('are the same ones when another part of the photo is seen', () => {
    const photo = { width: 8000, height: 6000 }
    const seen = { left: 3000, top: 2000, width: 1000, height: 700 }
    const lattice = latticeOver(seen)
    const before = new Map(partsSeen(lattice, seen, photo).map(({ key, region }) => [key, region]))
    const after = partsSeen(lattice, { ...seen, left: 3200 }, photo)
    expect(after.filter(({ key }) => before.has(key)).map(({ key }) => before.get(key))).toEqual(
      after.filter(({ key }) => before.has(key)).map(({ region }) => region),
    )
    expect([before.size, after.length]).toEqual([4, 6])
  })

  it('begin with the middle, and end before they take minutes', () => {
    const photo = { width: 8660, height: 5774 }
    const seen = { left: 0, top: 0, ...photo }
    const parts = partsSeen(latticeOver(seen), seen, photo)
    expect(parts).toHaveLength(48)
    const distances = parts.map(({ region }) => distance(region, seen))
    expect(distances[0]).toBeLessThan(512)
    expect(distances.at(-1)).toBeGreaterThan(1000)
  })
})
