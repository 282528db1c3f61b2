import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { smallPromptIr } from '../support/smallCheckpoints'
import { basicSr, lightning, writeTorchFile } from '../support/torchWriter'
import { enlargedPhoto, photoFolder } from './photos'
import * as user from './steps'
import { expect, test } from './test'

test('published weights are imported, used and removed', async ({ petrichor, folder }) => {
  const { page, profile } = petrichor
  const weights = join(folder, 'CPLIR_small.pth')
  writeTorchFile(weights, smallPromptIr(), basicSr)
  const models = page.getByRole('list', { name: 'Models' })
  const importing = page.getByRole('region', { name: 'Import of a model' })
  await user.openPage(petrichor, 'Models')
  await expect(models.getByRole('listitem', { name: 'Petrichor Compact' })).toContainText('In use')

  await user.choose(petrichor, [weights])
  await page.getByRole('button', { name: 'Import weights…' }).click()
  await expect(importing).toContainText('CPLIR_small.pth holds a model')
  await expect(importing).toContainText('PromptIR, width 8')
  // As CPL's authors do, unless something else is chosen.
  await expect(importing.getByLabel('Experts kept')).toHaveValue('1')
  await importing.getByLabel('Experts kept').selectOption('2 of 3')
  await importing.getByLabel('Name').fill('Small one')
  await importing.getByLabel('Licence').fill('For tests')
  await importing.getByRole('button', { name: 'Import' }).click()
  await expect(importing).toContainText('Small one is imported, and its self-test passed.')

  expect(await manifestOf(profile, 'small-one')).toMatchObject({ levels: 3, kept: 2 })

  const card = models.getByRole('listitem', { name: 'Small one' })
  await expect(card).toContainText('For tests')
  await card.getByRole('button', { name: 'Use Small one' }).click()
  await user.openFolder(petrichor, await photoFolder(folder, ['barn-rain.png']))
  await user.restore(petrichor)
  await expect(user.divider(petrichor)).toBeVisible()

  await user.openPage(petrichor, 'Models')
  await card.getByRole('button', { name: 'Remove Small one' }).click()
  await card.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(card).toBeHidden()
  expect(await readdir(join(profile, 'models'))).toEqual([])
  await expect(models.getByRole('listitem', { name: 'Petrichor Compact' })).toContainText('In use')
})

test('weights of PromptIR that are dropped keep all of their experts', async ({ petrichor, folder }) => {
  const { page, profile } = petrichor
  const weights = join(folder, 'model.ckpt')
  writeTorchFile(weights, smallPromptIr(), lightning)

  await user.drop(petrichor, [weights])

  const importing = page.getByRole('region', { name: 'Import of a model' })
  await expect(importing).toContainText('model.ckpt holds a model')
  await expect(importing.getByLabel('Experts kept')).toHaveValue('3')
  await importing.getByRole('button', { name: 'Import' }).click()
  await expect(importing).toContainText('model is imported, and its self-test passed.')
  expect(await manifestOf(profile, 'model')).toMatchObject({ levels: 3, kept: 3 })
})

test('an ONNX model is imported by its folder, under another name', async ({ petrichor }) => {
  const { page, profile } = petrichor
  await user.openPage(petrichor, 'Models')
  await user.choose(petrichor, [join(import.meta.dirname, '../fixtures/models/brighten')])
  await page.getByRole('button', { name: 'Import a folder…' }).click()

  const importing = page.getByRole('region', { name: 'Import of a model' })
  await expect(importing).toContainText('brighten holds a model')
  // It keeps as many experts as it was made with.
  await expect(importing.getByLabel('Experts kept')).toBeHidden()
  await importing.getByLabel('Name').fill('Brighter')
  await importing.getByRole('button', { name: 'Import' }).click()
  await expect(importing).toContainText('Brighter is imported, and its self-test passed.')
  await expect(page.getByRole('listitem', { name: 'Brighter' })).toBeVisible()
  expect(await readdir(join(profile, 'models', 'brighten'))).toEqual(
    expect.arrayContaining(['manifest.json', 'model.onnx']),
  )
})

test('an import that is cancelled midway leaves nothing, and can be begun anew', async ({
  petrichor,
  folder,
}) => {
  const { page, profile } = petrichor
  const weights = join(folder, 'large.pth')
  writeTorchFile(weights, smallPromptIr(48, 5), basicSr)
  await user.openPage(petrichor, 'Models')
  await user.choose(petrichor, [weights])
  await page.getByRole('button', { name: 'Import weights…' }).click()
  const importing = page.getByRole('region', { name: 'Import of a model' })

  await importing.getByRole('button', { name: 'Import' }).click()
  await expect(importing.getByRole('progressbar')).toBeVisible()
  await importing.getByRole('button', { name: 'Cancel' }).click()

  // What was found is offered again, and nothing of the model is there.
  await expect(importing.getByRole('button', { name: 'Import' })).toBeVisible()
  expect(await readdir(join(profile, 'models')).catch(() => [])).toEqual([])

  await importing.getByRole('button', { name: 'Import' }).click()
  await expect(importing).toContainText('large is imported, and its self-test passed.')
  expect(await readdir(join(profile, 'models'))).toEqual(['large'])
})

test('dialogs name kinds of files in the language of the window', async ({ petrichor }) => {
  const { app, page } = petrichor
  await user.openPage(petrichor, 'Settings')
  await page.getByLabel('Language', { exact: true }).selectOption('Deutsch')
  await app.evaluate(({ dialog }) => {
    dialog.showOpenDialog = (...given: unknown[]) => {
      Object.assign(globalThis, { asked: given.at(-1) })
      return Promise.resolve({ canceled: true, filePaths: [] })
    }
  })
  await page.getByRole('button', { name: 'Fotos öffnen…' }).click()
  await expect
    .poll(() => app.evaluate(() => (globalThis as { asked?: unknown }).asked))
    .toMatchObject({ filters: [{ name: 'Fotos' }] })
})

test('a file without a model says so in its place, and leaves nothing', async ({ petrichor, folder }) => {
  const { page, profile } = petrichor
  const file = join(folder, 'notes.pth')
  await writeFile(file, 'no weights at all')
  await user.openPage(petrichor, 'Models')

  await user.choose(petrichor, [file])
  await page.getByRole('button', { name: 'Import weights…' }).click()

  const importing = page.getByRole('region', { name: 'Import of a model' })
  await expect(importing.getByRole('alert')).toContainText(
    'it is neither a file of torch.save nor of safetensors',
  )
  await importing.getByRole('button', { name: 'Close' }).click()
  await expect(importing).toBeHidden()
  expect(await readdir(join(profile, 'models')).catch(() => [])).toEqual([])
})

test('the machine page tells what can run a model, and how fast', async ({ start }) => {
  const petrichor = await start()
  const { page } = petrichor
  await user.openPage(petrichor, 'Machine')
  await expect(page.getByText('Cores')).toBeVisible()

  await page.getByRole('button', { name: 'Try all' }).click()
  await expect(page.getByRole('row', { name: /^CPU Trusted/ })).toContainText('MP/s')

  await page.getByRole('button', { name: 'Measure Petrichor Compact' }).click()
  await expect(page.getByText(/[\d.]+ MP\/s on CPU/)).toBeVisible()

  // What was measured is kept with the model, also for the next session.
  await petrichor.close()
  const next = await start()
  await user.openPage(next, 'Models')
  await expect(next.page.getByRole('listitem', { name: 'Petrichor Compact' })).toContainText(/MP\/s on CPU/)
})

test('how much of the machine is used can be said, and holds for every restoration', async ({
  petrichor,
  folder,
}) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, [])
  await enlargedPhoto(join(photos, 'barn.png'), 640, 400)
  await user.openPage(petrichor, 'Machine')
  await page.getByLabel('Size of a tile').selectOption('256 pixels')
  await page.getByLabel('Memory for reading and writing a photo').selectOption('1 GB')

  // By itself the model would do it in one tile.
  await user.openFolder(petrichor, photos)
  const tiles = user.glimpsed(page.locator('body'), /\d of 12 tiles/)
  await user.restore(petrichor)
  await tiles
  await expect(user.divider(petrichor)).toBeVisible()
})

async function manifestOf(profile: string, id: string): Promise<unknown> {
  return JSON.parse(await readFile(join(profile, 'models', id, 'manifest.json'), 'utf8'))
}
