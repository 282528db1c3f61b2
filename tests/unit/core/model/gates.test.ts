import { describe, expect, it } from 'vitest'
import { gatesOfTasks, nameGates } from '../../../../src/core/model/gates'
import { expectFailure } from '../../../support/failures'
import { manifest } from '../../../support/models'

const routed = manifest({
  levels: 2,
  kept: 1,
  experts: ['rain', 'haze'],
  tasks: [{ id: 'rain', label: 'Rain', gates: [[1, 0], [0.5, 0]] }], // prettier-ignore
})

describe('the gates of a photo', () => {
  it('have the names of their experts, averaged over the levels', () => {
    expect(nameGates(routed, [[0.75, 0], [0.25, 0.5]])).toEqual({ rain: 0.5, haze: 0.25 }) // prettier-ignore
  })

  it('are none where a model has none', () => {
    expect(nameGates(manifest(), [])).toEqual({})
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

  it('that the model does not have are refused, and those that it has are told', async () => {
    await expectFailure((async () => gatesOfTasks(routed, { snow: 100 }))(), 'unknown-task')
    await expectFailure((async () => gatesOfTasks(manifest(), { snow: 100 }))(), 'unknown-task')
    expect(() => gatesOfTasks(routed, { rain: 50, snow: 100 })).toThrow(
      expect.objectContaining({ detail: 'Choose among: rain.' }),
    )
  })
})
