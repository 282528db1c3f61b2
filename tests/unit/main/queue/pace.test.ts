import { describe, expect, test } from 'vitest'
import { paceOf, type Restored } from '../../../../src/main/queue/pace'

/** What a photographer queues: photos of phones and cameras, and cropped ones. */
const kinds = [3, 12, 20.2, 24, 45.7]

/** A whole run: any machine, 30 to 300 photos in any order, each up to 15 % faster or slower than it should be. */
function simulatedRun(seed: number): Restored[] {
  const random = seeded(seed)
  const perPhoto = random() * 3
  const perMegapixel = 0.3 + random() * 5
  const photos = Array.from(
    { length: 30 + Math.floor(random() * 270) },
    () => kinds[Math.floor(random() * 5)]!,
  )
  return photos.map((megapixels) => ({
    megapixels,
    seconds: (perPhoto + perMegapixel * megapixels) * (0.85 + 0.3 * random()),
  }))
}

/** A linear congruential generator (Numerical Recipes); every run is the same on every machine. */
function seeded(seed: number): () => number {
  let state = seed
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 32
}

const uniform = (count: number, megapixels: number, seconds: number): Restored[] =>
  Array.from({ length: count }, () => ({ megapixels, seconds }))
const sizesOf = (work: Restored[]) => work.map(({ megapixels }) => megapixels)
const secondsOf = (work: Restored[]) => work.reduce((sum, { seconds }) => sum + seconds, 0)

// Of the last few photos each has its own whim, and nobody plans an evening by them.
test('from the first tenth to the last the time left is true within 20 %', () => {
  for (let seed = 1; seed <= 100; seed++) {
    const work = simulatedRun(seed)
    for (let done = Math.ceil(work.length / 10); done <= work.length * 0.9; done++) {
      const pace = paceOf(work.slice(0, done), sizesOf(work.slice(done)))!
      const truth = secondsOf(work.slice(done))
      expect(Math.abs(pace.secondsLeft - truth) / truth, `seed ${seed} after ${done}`).toBeLessThan(0.2)
    }
  }
})

test('a machine that slows down is believed soon', () => {
  const warm = [...uniform(100, 12, 12), ...uniform(60, 12, 24)]
  expect(paceOf(warm, sizesOf(uniform(100, 12, 24)))!.secondsLeft).toBeGreaterThan(0.9 * 2400)
})

describe('without a photo finished', () => {
  test('nothing is claimed', () => {
    expect(paceOf([], [12, 12])).toBeUndefined()
  })

  test('the part of the first that is done tells already', () => {
    const pace = paceOf([{ megapixels: 6, seconds: 3 }], [6, 12])!
    expect(pace.megapixelsPerSecond).toBe(2)
    expect(pace.secondsLeft).toBeCloseTo(9, 0)
  })
})

test('a photo that nobody could measure counts as a typical one', () => {
  const restored = [
    { megapixels: 10, seconds: 10 },
    { megapixels: 30, seconds: 30 },
  ]
  expect(paceOf(restored, [undefined])!.secondsLeft).toBeCloseTo(20, 0)
})

test('nothing ahead takes no time', () => {
  expect(paceOf([{ megapixels: 10, seconds: 10 }], [])!.secondsLeft).toBe(0)
})
