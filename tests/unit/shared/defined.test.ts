import { expect, test } from 'vitest'
import { defined } from '../../../src/shared/defined'

test('keys that hold undefined are dropped, and no others', () => {
  const change = defined({ a: undefined, b: 0, c: '', d: null, e: false })
  expect(Object.keys(change)).toEqual(['b', 'c', 'd', 'e'])
  expect({ ...{ a: 1 }, ...change }).toEqual({ a: 1, b: 0, c: '', d: null, e: false })
})
