import { expect, test } from 'vitest'
import { LatestFirst } from '../../../../src/main/thumbnails/latestFirst'

test('does so many at a time, and of those that wait the latest first', async () => {
  const turns = new LatestFirst(2)
  const began: number[] = []
  const ends: (() => void)[] = []
  const all = [0, 1, 2, 3, 4].map((number) =>
    turns.run(() => {
      began.push(number)
      return new Promise<void>((resolve) => ends.push(resolve))
    }),
  )
  expect(began).toEqual([0, 1])
  for (let ended = 0; ended < 5; ended++) {
    await expect.poll(() => ends.length).toBeGreaterThan(ended)
    ends[ended]!()
  }
  await Promise.all(all)
  expect(began).toEqual([0, 1, 4, 3, 2])
})

test('a failure makes room like a success, and is told', async () => {
  const turns = new LatestFirst(1)
  await expect(turns.run(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
  expect(await turns.run(() => Promise.resolve('yes'))).toBe('yes')
})
