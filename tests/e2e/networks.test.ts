import { readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { smallPromptIr } from '../unit/core/checkpoint/smallNetworks'
import { basicSr, writeTorchFile } from '../unit/core/checkpoint/torchWriter'
import { photoFolder } from './photos'
import * as user from './steps'
import { expect, test } from './test'

test('published weights are imported, used and removed', async ({ petrichor, folder }) => {
  const { page, profile } = petrichor
  const weights = join(folder, 'CPLIR_small.pth')
  writeTorchFile(weights, smallPromptIr(), basicSr)
  const networks = page.getByRole('list', { name: 'Networks' })
  const importing = page.getByRole('region', { name: 'Import of a network' })
  await user.openPage(petrichor, 'Networks')
  await expect(networks.getByRole('listitem', { name: 'Petrichor Compact' })).toContainText('In use')

  await user.choose(petrichor, [weights])
  await page.getByRole('button', { name: 'Import weights…' }).click()
  await expect(importing).toContainText('CPLIR_small.pth holds a network')
  await expect(importing).toContainText('PromptIR, width 8')
  await importing.getByLabel('Name').fill('Small one')
  await importing.getByLabel('Licence').fill('For tests')
  await importing.getByRole('button', { name: 'Import' }).click()
  await expect(importing).toContainText('Small one is imported, and its self-test passed.')

  const card = networks.getByRole('listitem', { name: 'Small one' })
  await expect(card).toContainText('For tests')
  await card.getByRole('button', { name: 'Use Small one' }).click()
  await user.openFolder(petrichor, await photoFolder(folder, ['barn-rain.png']))
  await user.restore(petrichor)
  await expect(user.divider(petrichor)).toBeVisible()

  await user.openPage(petrichor, 'Networks')
  await card.getByRole('button', { name: 'Remove Small one' }).click()
  await card.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(card).toBeHidden()
  expect(await readdir(join(profile, 'models'))).toEqual([])
  await expect(networks.getByRole('listitem', { name: 'Petrichor Compact' })).toContainText('In use')
})

test('a file without a network says so in its place, and leaves nothing', async ({ petrichor, folder }) => {
  const { page, profile } = petrichor
  const file = join(folder, 'notes.pth')
  await writeFile(file, 'no weights at all')
  await user.openPage(petrichor, 'Networks')

  await user.choose(petrichor, [file])
  await page.getByRole('button', { name: 'Import weights…' }).click()

  const importing = page.getByRole('region', { name: 'Import of a network' })
  await expect(importing.getByRole('alert')).toContainText(
    'it is neither a file of torch.save nor of safetensors',
  )
  await importing.getByRole('button', { name: 'Close' }).click()
  await expect(importing).toBeHidden()
  expect(await readdir(join(profile, 'models')).catch(() => [])).toEqual([])
})

test('the machine page tells what can run a network, and how fast', async ({ petrichor }) => {
  const { page } = petrichor
  await user.openPage(petrichor, 'Machine')
  await expect(page.getByText('Cores')).toBeVisible()

  await page.getByRole('button', { name: 'Try all' }).click()
  await expect(page.getByRole('row', { name: /^CPU Trusted/ })).toContainText('MP/s')

  await page.getByRole('button', { name: 'Measure Petrichor Compact' }).click()
  await expect(page.getByText(/[\d.]+ MP\/s on CPU/)).toBeVisible()
})
