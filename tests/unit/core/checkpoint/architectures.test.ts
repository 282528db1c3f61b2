import { expect, it } from 'vitest'
import { importCheckpoint, type ImportedModel } from '../../../../src/core/checkpoint/importCheckpoint'
import { loadNetwork } from '../../../../src/core/model/session'
import { temporaryFolder } from '../support/folder'
import { largestDifference, type NamedTensor, referenceImage, smallReference } from './reference'
import { basicSr, floatTensor, writeTorchFile } from './torchWriter'

const folder = temporaryFolder()

function importTensors(tensors: NamedTensor[]): Promise<ImportedModel> {
  writeTorchFile(
    folder('weights.pth'),
    tensors.map((tensor) => floatTensor(tensor.name, tensor.shape, tensor.values)),
    basicSr,
  )
  return importCheckpoint(folder('weights.pth'), folder('models'))
}

it.each([
  ['restormer', 'restormer', 'Restormer, width 16, blocks 1-2-1-2 + 2'],
  ['restormer_without_bias', 'restormer', 'Restormer, width 16, blocks 1-1-1-1 + 1'],
  ['restormer_with_biases', 'restormer', 'Restormer, width 16, blocks 1-1-1-1 + 1'],
  ['nafnet', 'nafnet', 'NAFNet, width 16, blocks 1-2-3-2-2-1-1'],
])('%s gives what the authors’ code gives', async (name, architecture, description) => {
  const { tensors, height, width, output } = smallReference(name)
  const imported = await importTensors(tensors)
  const parameters = tensors.reduce((sum, { values }) => sum + values.length, 0)
  expect(imported).toMatchObject({ architecture, description, parameters, experts: 0 })

  const network = await loadNetwork(imported.model)
  const { restored } = await network.run(referenceImage(height, width), height, width)
  expect(largestDifference(restored, output)).toBeLessThanOrEqual(5e-5)
  await network.close()
})

it('NAFNet tells the means of its attentions, and takes others', async () => {
  const { tensors, height, width } = smallReference('nafnet')
  const network = await loadNetwork((await importTensors(tensors)).model)
  const picture = referenceImage(height, width)
  const own = await network.run(picture, height, width)
  // A mean for each channel behind each of its 12 gates.
  expect(own.pools).toHaveLength(16 + 2 * 32 + 3 * 64 + 2 * 128 + 2 * 64 + 32 + 16)
  const same = await network.run(picture, height, width, undefined, own.pools)
  expect(largestDifference(same.restored, own.restored)).toBeLessThan(1e-6)
  const other = await network.run(
    picture,
    height,
    width,
    undefined,
    own.pools.map((mean) => mean + 0.1),
  )
  expect(largestDifference(other.restored, own.restored)).toBeGreaterThan(0.01)
  await network.close()
})
