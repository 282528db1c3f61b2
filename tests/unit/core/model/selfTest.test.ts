import { describe, expect, it } from 'vitest'
import type { Gates } from '../../../../src/core/model/manifest'
import { selfTest, testPicture } from '../../../../src/core/model/selfTest'
import { fakeSession } from '../../../support/models'

const routed = { levels: 1, kept: 1, experts: ['rain', 'haze'] }
const half: Gates = [[0.5, 0]]

describe('the self-test', () => {
  it('passes a model that keeps its promises', async () => {
    await selfTest(fakeSession())
    await selfTest(fakeSession(routed, undefined, () => half))
  })

  it('runs it on a picture that fits its grid and is not square', async () => {
    const tested = fakeSession({ multiple: 24, tile: 96 })
    await selfTest(tested)
    expect(tested.runs[0]).toMatchObject({ height: 48, width: 72 })
  })

  it.each([
    ['gives no numbers', fakeSession({}, (planes) => planes.map(() => NaN))],
    ['opens more gates than it keeps', fakeSession(routed, undefined, () => [[0.5, 0.5]])],
    ['has gates above 1', fakeSession(routed, undefined, () => [[2, 0]])],
    [
      'does not do the same by its own gates',
      fakeSession(
        routed,
        (planes, run) => planes.map((value) => value + run / 100),
        () => half,
      ),
    ],
  ])('fails one that %s', async (_, tested) => {
    await expect(selfTest(tested)).rejects.toMatchObject({ code: 'bad-result' })
  })

  it('has a picture within 0..1, different in each colour', () => {
    const picture = testPicture(8, 16)
    const [red, green, blue] = [0, 1, 2].map((plane) => picture.subarray(plane * 128, (plane + 1) * 128))
    expect(Math.min(...picture)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...picture)).toBeLessThanOrEqual(1)
    expect(red).not.toEqual(green)
    expect(green).not.toEqual(blue)
  })
})
