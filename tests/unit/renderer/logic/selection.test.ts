import { describe, expect, test } from 'vitest'
import * as rules from '../../../../src/renderer/logic/selection'

const order = rules.orderOf(['a', 'b', 'c', 'd', 'e'])
const selected = (selection: rules.Selection) => [...selection.ids].sort().join('')

describe('clicking', () => {
  test('selects one photo alone', () => {
    const selection = rules.pick(rules.only('a'), order, 'c')
    expect(selected(selection)).toBe('c')
    expect(selection.active).toBe('c')
  })

  test('with shift selects from the anchor up to here, in either direction', () => {
    const down = rules.pick(rules.only('b'), order, 'd', { range: true })
    expect(selected(down)).toBe('bcd')
    const up = rules.pick(down, order, 'a', { range: true })
    expect(selected(up)).toBe('ab')
    expect(up.anchor).toBe('b')
  })

  test('with ctrl adds a photo and takes it away again', () => {
    const two = rules.pick(rules.only('a'), order, 'c', { toggle: true })
    expect(selected(two)).toBe('ac')
    expect(selected(rules.pick(two, order, 'a', { toggle: true }))).toBe('c')
  })

  test('with both adds a range', () => {
    const two = rules.pick(rules.only('a'), order, 'c', { toggle: true })
    expect(selected(rules.pick(two, order, 'e', { range: true, toggle: true }))).toBe('acde')
  })

  test('with shift and nothing selected yet selects that photo', () => {
    expect(selected(rules.pick(rules.nothingSelected, order, 'c', { range: true }))).toBe('c')
  })
})

describe('the keyboard', () => {
  test('moves and takes the selection along', () => {
    const selection = rules.move(rules.only('b'), order, 1)
    expect(selected(selection)).toBe('c')
  })

  test('stops at the ends', () => {
    expect(rules.move(rules.only('a'), order, -1).active).toBe('a')
    expect(rules.move(rules.only('d'), order, 4).active).toBe('e')
  })

  test('extends from the anchor and shrinks back', () => {
    const grown = rules.move(rules.move(rules.only('b'), order, 1, true), order, 1, true)
    expect(selected(grown)).toBe('bcd')
    expect(selected(rules.move(grown, order, -1, true))).toBe('bc')
  })

  test('starts at the first photo', () => {
    expect(rules.move(rules.nothingSelected, order, 1).active).toBe('a')
  })

  test('has nowhere to go without photos', () => {
    expect(rules.move(rules.nothingSelected, rules.orderOf([]), 1)).toBe(rules.nothingSelected)
  })
})

describe('rows of a grid', () => {
  // 0 1 2
  // 3 4
  test('go up and down by a whole row', () => {
    expect(rules.rowStep(0, 5, 3, 1)).toBe(3)
    expect(rules.rowStep(4, 5, 3, -1)).toBe(-3)
  })

  test('go to the end where the row below is shorter', () => {
    expect(rules.rowStep(2, 5, 3, 1)).toBe(2)
  })

  test('stay in the first and the last', () => {
    expect(rules.rowStep(1, 5, 3, -1)).toBe(0)
    expect(rules.rowStep(3, 5, 3, 1)).toBe(0)
  })
})

describe('looking at one photo after the other', () => {
  test('keeps a selection of several while one stays inside it', () => {
    const several = rules.pick(rules.only('a'), order, 'c', { range: true })
    const inside = rules.visit(several, 'b')
    expect(selected(inside)).toBe('abc')
    expect(inside.active).toBe('b')
  })

  test('leaves it for a photo outside', () => {
    const several = rules.pick(rules.only('a'), order, 'c', { range: true })
    expect(selected(rules.visit(several, 'e'))).toBe('e')
  })
})

test('selecting all keeps the place of the keyboard', () => {
  const everything = rules.all(rules.only('d'), order)
  expect(selected(everything)).toBe('abcde')
  expect(everything.active).toBe('d')
})

describe('when photos come and go', () => {
  const before = rules.orderOf(['a', 'b', 'c', 'd'])
  const several = rules.pick(rules.only('b'), before, 'c', { range: true })

  test('what is still shown stays selected, wherever it goes', () => {
    const after = rules.orderOf(['new', 'c', 'b', 'a', 'd'])
    expect(rules.survivors(several, before, after, () => true)).toEqual(several)
  })

  test('the keyboard goes on to the next when its photo is gone', () => {
    const after = rules.orderOf(['a', 'b', 'd'])
    const selection = rules.survivors(several, before, after, () => false)
    expect(selected(selection)).toBe('b')
    expect(selection.active).toBe('d')
    expect(rules.survivors(rules.only('d'), before, after, () => false).active).toBe('d')
    expect(rules.survivors(rules.only('d'), before, rules.orderOf(['a']), () => false).active).toBe('a')
    expect(rules.survivors(rules.only('a'), before, rules.orderOf([]), () => false).active).toBeNull()
  })

  test('the open photo stays open while a filter hides it, but is not selected', () => {
    const selection = rules.survivors(rules.only('b'), before, rules.orderOf(['a']), () => true)
    expect(selection.active).toBe('b')
    expect(selection.ids.size).toBe(0)
  })
})

test('a rubber band selects what it touches, besides what it keeps', () => {
  expect(selected(rules.band(rules.only('a'), ['c', 'd'], new Set()))).toBe('cd')
  const more = rules.band(rules.only('a'), ['c', 'd'], new Set(['a']))
  expect(selected(more)).toBe('acd')
  expect(more.active).toBe('d')
})
