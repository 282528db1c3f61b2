import fc from 'fast-check'
import { expect, test } from 'vitest'
import { bandBetween, type Cells, touched } from '../../../../src/renderer/logic/rubberBand'

const cells: Cells = { count: 7, columns: 3, padding: 10, width: 100, height: 80, gap: 6 }

/** Where a cell lies, as the grid places it. */
function placeOf(index: number, { columns, padding, width, height, gap }: Cells) {
  const left = padding + (index % columns) * (width + gap)
  const top = padding + Math.floor(index / columns) * (height + gap)
  return { left, top, right: left + width, bottom: top + height }
}

test('a band over everything touches all, and one in a gap none', () => {
  expect(touched(bandBetween({ x: 0, y: 0 }, { x: 999, y: 999 }), cells)).toEqual([0, 1, 2, 3, 4, 5, 6])
  expect(touched({ left: 111, top: 20, width: 4, height: 10 }, cells)).toEqual([])
})

test('a band drawn backwards is the same band', () => {
  const [a, b] = [
    { x: 30, y: 200 },
    { x: 250, y: 15 },
  ]
  expect(bandBetween(a, b)).toEqual(bandBetween(b, a))
})

test('a band touches exactly the cells that it overlaps', () => {
  const grid = fc.record({
    count: fc.integer({ min: 0, max: 60 }),
    columns: fc.integer({ min: 1, max: 9 }),
    padding: fc.integer({ min: 0, max: 20 }),
    width: fc.integer({ min: 10, max: 200 }),
    height: fc.integer({ min: 10, max: 200 }),
    gap: fc.integer({ min: 1, max: 12 }),
  })
  const point = fc.record({ x: fc.integer({ min: -50, max: 2000 }), y: fc.integer({ min: -50, max: 2000 }) })
  fc.assert(
    fc.property(grid, point, point, (cells, a, b) => {
      const band = bandBetween(a, b)
      const overlaps = (index: number) => {
        const { left, top, right, bottom } = placeOf(index, cells)
        const [bandRight, bandBottom] = [band.left + band.width, band.top + band.height]
        // The right and lower edge of a cell are the first pixels of the gap.
        return band.left < right && bandRight >= left && band.top < bottom && bandBottom >= top
      }
      const expected = Array.from({ length: cells.count }, (_, index) => index).filter(overlaps)
      expect(touched(band, cells)).toEqual(expected)
    }),
  )
})
