import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { describe, expect, it } from 'vitest'
import { findModel } from '../../../../src/core/model/library'
import { partOfGraph } from '../../../../src/core/model/partOfGraph'
import { loadSession } from '../../../../src/core/model/session'
import { modelFixtures } from '../../../support/models'

const bundled = join(import.meta.dirname, '../../../../resources/models')

describe('a part of a graph', () => {
  it('gives the outputs that were asked for as the whole gives them', async () => {
    const whole = readFileSync(join(modelFixtures, 'brighten', 'model.onnx'))
    const part = partOfGraph(whole, ['gates'])!
    expect(part.length).toBeLessThan(whole.length)
    const session = await InferenceSession.create(part)
    expect(session.outputNames).toEqual(['gates'])
    const { gates } = await session.run({
      image: new Tensor(
        'float32',
        Float32Array.from({ length: 3 * 128 }, (_, at) => at / 384),
        [1, 3, 8, 16],
      ),
      gate_override: new Tensor('float32', new Float32Array(3), [1, 3]),
      gate_mix: new Tensor('float32', [0], [1]),
    })
    expect(gates!.dims).toEqual([1, 3])
    await session.release()
  })

  it('is refused where there is no graph', () => {
    expect(() => partOfGraph(new Uint8Array(), ['gates'])).toThrow(RangeError)
  })
})

describe('a look at a picture', () => {
  it('decides as a run of the bundled model does, to the bit', async () => {
    const session = await loadSession(await findModel('petrichor-compact', [bundled]))
    const [height, width] = [96, 128]
    const planes = Float32Array.from({ length: 3 * height * width }, (_, at) => (at % 251) / 251)
    const tasks = session.manifest.tasks.map(({ gates }) => gates)
    for (const gates of [undefined, tasks[0]]) {
      const { restored, ...decided } = await session.run({ planes, width, height }, { gates })
      expect(await session.route({ planes, width, height }, { gates })).toEqual(decided)
      expect(restored).toHaveLength(planes.length)
    }
    await session.close()
  })
})
