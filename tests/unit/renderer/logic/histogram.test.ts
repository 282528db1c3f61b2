import { expect, test } from 'vitest'
import { ceilingOf, outlineOf } from '../../../../src/renderer/logic/histogram'

const bins = (changes: Record<number, number>) => Array.from({ length: 256 }, (_, at) => changes[at] ?? 0)

test('clipped shadows and lights do not flatten the rest', () => {
  const grey = bins({ 0: 900, 100: 20, 255: 500 })
  expect(ceilingOf([{ red: grey, green: grey, blue: bins({ 7: 30 }) }])).toBe(30)
})

test('an outline goes from the lower left to the lower right and stays in its box', () => {
  const outline = outlineOf(bins({ 0: 90, 1: 5, 2: 10 }), 10, 72)
  expect(outline).toMatch(/^M0 72L0 0\.0L1 36\.0L2 0\.0L3 72\.0L/)
  expect(outline).toMatch(/L255 72$/)
})
