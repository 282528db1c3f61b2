import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { gatesOfTasks, nameGates, settleGates } from '../../../../src/core/model/gates'
import { expectFailure } from '../support/failures'
import { manifest } from '../support/networks'

const routed = manifest({
  levels: 2,
  kept: 1,
  experts: ['rain', 'haze'],
  tasks: [{ id: 'rain', label: 'Rain', gates: [[1, 0], [0.5, 0]] }], // prettier-ignore
})

describe('the gates of a whole photo', () => {
  it('are the means of its samples, the k largest kept at each level', () => {
    const samples = [
      [[0.8, 0.2, 0], [0, 0.5, 0.5]],
      [[0.4, 0, 0.6], [0, 0.1, 0.9]],
    ] // prettier-ignore
    const [coarse, fine] = settleGates(samples, 2)
    expect(coarse!.map((weight) => weight.toFixed(2))).toEqual(['0.60', '0.00', '0.30'])
    expect(fine!.map((weight) => weight.toFixed(2))).toEqual(['0.00', '0.30', '0.70'])
  })

  it('are never more than k, also where all are equal', () => {
    expect(settleGates([[[0.25, 0.25, 0.25, 0.25]]], 2)).toEqual([[0.25, 0.25, 0, 0]])
    const weights = fc.array(fc.constantFrom(0, 0.25, 0.5, 1), { minLength: 4, maxLength: 4 })
    fc.assert(
      fc.property(fc.array(weights, { minLength: 1 }), fc.integer({ min: 1, max: 4 }), (samples, kept) => {
        const [settled] = settleGates(samples.map((row) => [row]), kept) // prettier-ignore
        const left = settled!.filter((weight) => weight > 0)
        expect(left.length).toBeLessThanOrEqual(kept)
        const means = [0, 1, 2, 3].map(
          (at) => samples.reduce((sum, row) => sum + row[at]!, 0) / samples.length,
        )
        const largest = means.toSorted((a, b) => b - a).slice(0, kept)
        expect(left.toSorted((a, b) => b - a)).toEqual(largest.filter((weight) => weight > 0))
      }),
    )
  })

  it('are none where a network has none', () => {
    expect(settleGates([], 2)).toEqual([])
    expect(nameGates(manifest(), [])).toEqual({})
  })

  it('have the names of their experts, averaged over the levels', () => {
    expect(nameGates(routed, [[0.75, 0], [0.25, 0.5]])).toEqual({ rain: 0.5, haze: 0.25 }) // prettier-ignore
  })
})

describe('tasks chosen by hand', () => {
  const two = manifest({
    levels: 1,
    kept: 1,
    experts: ['rain', 'haze'],
    tasks: [
      { id: 'rain', label: 'Rain', gates: [[1, 0]] },
      { id: 'haze', label: 'Haze', gates: [[0.25, 0.75]] },
    ],
  })

  it('stand for the gates in the manifest, and none for automatic', () => {
    expect(gatesOfTasks(routed, { rain: 100 })).toEqual([[1, 0], [0.5, 0]]) // prettier-ignore
    expect(gatesOfTasks(routed, {})).toBeUndefined()
  })

  it('add up, each at its strength', () => {
    expect(gatesOfTasks(two, { rain: 40 })).toEqual([[0.4, 0]])
    expect(gatesOfTasks(two, { rain: 50, haze: 40 })).toEqual([[0.6, expect.closeTo(0.3)]])
    expect(gatesOfTasks(two, { rain: 100, haze: 100 })).toEqual([[1.25, 0.75]])
    expect(gatesOfTasks(two, { rain: 0 })).toEqual([[0, 0]])
  })

  it('that the network does not have are refused, and those that it has are told', async () => {
    await expectFailure((async () => gatesOfTasks(routed, { snow: 100 }))(), 'unknown-task')
    await expectFailure((async () => gatesOfTasks(manifest(), { snow: 100 }))(), 'unknown-task')
    expect(() => gatesOfTasks(routed, { rain: 50, snow: 100 })).toThrow(
      expect.objectContaining({ detail: 'Choose among: rain.' }),
    )
  })
})
