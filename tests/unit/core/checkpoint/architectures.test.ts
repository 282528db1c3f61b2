import { existsSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { type ImportResult, importWeights } from '../../../../src/core/install/importWeights'
import { loadSession } from '../../../../src/core/model/session'
import {
  largestDifference,
  type NamedTensor,
  referenceImage,
  smallReference,
} from '../../../support/checkpointReference'
import { temporaryFolder } from '../../../support/folder'
import { smallNafNet, smallRestormer } from '../../../support/smallCheckpoints'
import { basicSr, floatTensor, type WritableTensor, writeTorchFile } from '../../../support/torchWriter'

const folder = temporaryFolder()

function importNamed(tensors: NamedTensor[]): Promise<ImportResult> {
  return importTensors(tensors.map(({ name, shape, values }) => floatTensor(name, shape, values)))
}

function importTensors(tensors: WritableTensor[]): Promise<ImportResult> {
  writeTorchFile(folder('weights.pth'), tensors, basicSr)
  return importWeights(folder('weights.pth'), folder('models'))
}

/** A tensor of nothing but zeros. */
function zeros(name: string, ...shape: number[]): WritableTensor {
  return floatTensor(name, shape, new Float32Array(shape.reduce((product, side) => product * side, 1)))
}

it.each([
  ['restormer', 'restormer', 'Restormer, width 16, blocks 1-2-1-2 + 2'],
  ['restormer_without_bias', 'restormer', 'Restormer, width 16, blocks 1-1-1-1 + 1'],
  ['restormer_with_biases', 'restormer', 'Restormer, width 16, blocks 1-1-1-1 + 1'],
  ['nafnet', 'nafnet', 'NAFNet, width 16, blocks 1-2-3-2-2-1-1'],
])('%s gives what the authors’ code gives', async (name, architecture, description) => {
  const { tensors, height, width, output } = smallReference(name)
  const imported = await importNamed(tensors)
  const parameters = tensors.reduce((sum, { values }) => sum + values.length, 0)
  expect(imported).toMatchObject({ architecture, description, parameters, experts: 0 })

  const session = await loadSession(imported.model)
  const { restored } = await session.run({ planes: referenceImage(height, width), width, height })
  expect(largestDifference(restored, output)).toBeLessThanOrEqual(5e-5)
  await session.close()
})

it('NAFNet tells the means of its attentions, and takes others', async () => {
  const { tensors, height, width } = smallReference('nafnet')
  const session = await loadSession((await importNamed(tensors)).model)
  const picture = referenceImage(height, width)
  const own = await session.run({ planes: picture, width, height })
  // A mean for each channel behind each of its 12 gates.
  expect(own.pools).toHaveLength(16 + 2 * 32 + 3 * 64 + 2 * 128 + 2 * 64 + 32 + 16)
  const same = await session.run({ planes: picture, width, height }, { pools: own.pools })
  expect(largestDifference(same.restored, own.restored)).toBeLessThan(1e-6)
  const other = await session.run(
    { planes: picture, width, height },
    { pools: own.pools.map((mean) => mean + 0.1) },
  )
  expect(largestDifference(other.restored, own.restored)).toBeGreaterThan(0.01)
  await session.close()
})

it('NAFNet may have no blocks at a scale', async () => {
  const { description, model } = await importTensors(smallNafNet(8, [0, 2], 1, [1, 0]))
  expect(description).toBe('NAFNet, width 8, blocks 0-2-1-1-0')
  expect(model.manifest).toMatchObject({ multiple: 4, pooled: 2 * 16 + 32 + 16 })
})

describe('a published model that is not for colour photos, or of another kind, says so:', () => {
  const replaced = (tensors: WritableTensor[], ...others: WritableTensor[]) =>
    tensors.map((tensor) => others.find(({ name }) => name === tensor.name) ?? tensor)

  it.each([
    [
      'Restormer for dual pixels',
      () => [
        ...replaced(smallRestormer(), zeros('patch_embed.proj.weight', 8, 6, 3, 3)),
        zeros('skip_conv.weight', 16, 8, 1, 1),
      ],
      'it is not made for pictures of red, green and blue (channels in: 6, out: 3)',
    ],
    [
      'Restormer for the noise of grey photos',
      () =>
        replaced(
          smallRestormer(),
          zeros('patch_embed.proj.weight', 8, 1, 3, 3),
          zeros('output.weight', 1, 16, 3, 3),
        ),
      'it is not made for pictures of red, green and blue (channels in: 1, out: 1)',
    ],
    [
      'the Baseline beside NAFNet',
      () => smallNafNet().map((tensor) => ({ ...tensor, name: tensor.name.replace('.sca.1.', '.se.1.') })),
      'look like NAFNet, but differ from what is known: “encoders.0.0.sca.1.weight” is missing',
    ],
    [
      'NAFSSR',
      () => [zeros('intro.weight', 8, 3, 3, 3), zeros('up.0.weight', 48, 8, 3, 3)],
      'look like NAFNet, but differ from what is known: “ending.weight” is missing',
    ],
  ])('%s', async (_, tensors, sentence) => {
    await expect(importTensors(tensors())).rejects.toMatchObject({
      code: 'checkpoint-unknown',
      message: expect.stringContaining(sentence),
    })
    expect(existsSync(folder('models'))).toBe(false)
  })
})
