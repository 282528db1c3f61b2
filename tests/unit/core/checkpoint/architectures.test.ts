import { expect, it } from 'vitest'
import { importCheckpoint } from '../../../../src/core/checkpoint/importCheckpoint'
import { loadNetwork } from '../../../../src/core/model/session'
import { temporaryFolder } from '../support/folder'
import { largestDifference, referenceImage, smallReference } from './reference'
import { basicSr, floatTensor, writeTorchFile } from './torchWriter'

const folder = temporaryFolder()

it.each([
  ['restormer', 'restormer', 'Restormer, width 16, blocks 1-2-1-2 + 2'],
  ['restormer_without_bias', 'restormer', 'Restormer, width 16, blocks 1-1-1-1 + 1'],
  ['restormer_with_biases', 'restormer', 'Restormer, width 16, blocks 1-1-1-1 + 1'],
  ['nafnet', 'nafnet', 'NAFNet, width 16, blocks 1-2-3-2-2-1-1'],
])('%s gives what the authors’ code gives', async (name, architecture, description) => {
  const { tensors, height, width, output } = smallReference(name)
  writeTorchFile(
    folder('weights.pth'),
    tensors.map((tensor) => floatTensor(tensor.name, tensor.shape, tensor.values)),
    basicSr,
  )
  const imported = await importCheckpoint(folder('weights.pth'), folder('models'))
  const parameters = tensors.reduce((sum, { values }) => sum + values.length, 0)
  expect(imported).toMatchObject({ architecture, description, parameters, experts: 0 })

  const network = await loadNetwork(imported.model)
  const { restored } = await network.run(referenceImage(height, width), height, width)
  expect(largestDifference(restored, output)).toBeLessThanOrEqual(5e-5)
  await network.close()
})
