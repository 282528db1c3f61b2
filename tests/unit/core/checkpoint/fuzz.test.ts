import { expect, it } from 'vitest'
import { fuzzCheckpoints } from './fuzz'

it('meets 2,000 damaged files with nothing but stable errors', { timeout: 120_000 }, async () => {
  const report = await fuzzCheckpoints({ files: 2000, seed: 1, importOneIn: 50 })
  expect(report.refused).toBeGreaterThan(1000)
  expect(report.recognised).toBeGreaterThan(0)
  expect(report.slowest).toBeLessThan(10_000)
  expect(report.growth).toBeLessThan(2 * report.largest + 200e6)
})
