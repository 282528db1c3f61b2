import { expect, test, vi } from 'vitest'
import { RecentCache } from '../../../../src/main/viewing/recentCache'

test('what is kept is made once, also while it is being made', async () => {
  const make = vi.fn(() => Promise.resolve('made'))
  const keep = new RecentCache<string>(2, () => undefined)
  expect(await Promise.all([keep.get('a', make), keep.get('a', make)])).toEqual(['made', 'made'])
  expect(make).toHaveBeenCalledTimes(1)
})

test('the one that was used longest ago makes way', async () => {
  const gone: string[] = []
  const keep = new RecentCache<string>(2, (thing) => gone.push(thing))
  for (const key of ['a', 'b', 'a', 'c']) await keep.get(key, () => Promise.resolve(key))
  await vi.waitFor(() => expect(gone).toEqual(['b']))
})

test('what could not be made is tried again', async () => {
  const keep = new RecentCache<string>(2, () => undefined)
  await expect(keep.get('a', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await keep.get('a', () => Promise.resolve('made'))).toBe('made')
})
