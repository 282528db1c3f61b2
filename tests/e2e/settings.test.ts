import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { photoFolder } from './photos'
import * as user from './steps'
import { expect, test } from './test'

test('how files are written is set in the settings, kept, and holds for a batch', async ({
  start,
  folder,
}) => {
  const photos = await photoFolder(folder, ['lighthouse-haze.jpg', 'barn-rain.png'])
  const results = join(folder, 'results')
  const first = await start()
  await user.openPage(first, 'Settings')
  await first.page.getByLabel('Format', { exact: true }).selectOption('PNG')
  await first.page.getByLabel('Destination', { exact: true }).selectOption('One folder')
  await first.page.getByLabel('Name', { exact: true }).fill('{name}-{model}')
  await first.page.keyboard.press('Tab')
  await expect(first.page.getByText('Example: IMG_0412-petrichor-compact')).toBeVisible()
  await expect.poll(() => user.kept(first)).toMatchObject({ placing: { name: '{name}-{model}' } })
  await first.close()

  const second = await start()
  await user.openPage(second, 'Settings')
  await expect(second.page.getByLabel('Format', { exact: true })).toHaveValue('png')
  await expect(second.page.getByLabel('Destination', { exact: true })).toHaveValue('folder')
  await expect(second.page.getByLabel('Name', { exact: true })).toHaveValue('{name}-{model}')
  await second.page.keyboard.press('Escape')

  await user.openFolder(second, photos)
  await user.restoreInto(second, results, ['lighthouse-haze.jpg'])
  await expect(user.queued(second, 'lighthouse-haze.jpg')).toContainText('Done')
  const { format } = await sharp(join(results, 'lighthouse-haze-petrichor-compact.png')).metadata()
  expect(format).toBe('png')
})

test('presets are saved, chosen and deleted, and travel in a file', async ({ petrichor, folder }) => {
  const { page } = petrichor
  const list = page.getByRole('list', { name: 'Presets' })
  await user.openPage(petrichor, 'Settings')
  await page.getByLabel('Format', { exact: true }).selectOption('TIFF')
  await page.getByLabel('Name of a new preset').fill('For print')
  await page.getByRole('button', { name: 'Save preset' }).click()
  await expect(list.getByRole('listitem', { name: 'For print' })).toContainText('TIFF')

  await page.getByLabel('Format', { exact: true }).selectOption('As the photo')
  await page.getByRole('button', { name: 'Use the preset For print' }).click()
  await expect(page.getByLabel('Format', { exact: true })).toHaveValue('tiff')

  const file = join(folder, 'settings.json')
  await user.chooseTarget(petrichor, file)
  await page.getByRole('button', { name: 'Save settings to a file…' }).click()
  await expect(user.messages(petrichor)).toContainText('The settings are saved.')
  expect(await readFile(file, 'utf8')).not.toContain(folder)

  await page.getByRole('button', { name: 'Delete the preset For print' }).click()
  await expect(list).toBeHidden()

  await user.choose(petrichor, [file])
  await page.getByRole('button', { name: 'Load settings from a file…' }).click()
  await expect(list.getByRole('listitem', { name: 'For print' })).toBeVisible()

  await writeFile(file, '{"petrichor": "something else"}')
  await page.getByRole('button', { name: 'Load settings from a file…' }).click()
  await expect(user.messages(petrichor)).toContainText(
    '“settings.json” holds no settings that Petrichor knows.',
  )
  await expect(list.getByRole('listitem', { name: 'For print' })).toBeVisible()
})

test('the theme follows the choice, in the window and its pages', async ({ petrichor }) => {
  const { page } = petrichor
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await user.openPage(petrichor, 'Settings')
  await page.getByLabel('Theme', { exact: true }).selectOption('Dark')
  await expect.poll(background).toBe('rgb(25, 25, 25)')
  await page.getByLabel('Theme', { exact: true }).selectOption('Light')
  await expect.poll(background).toBe('rgb(222, 222, 222)')
})

test('the window speaks the language that was chosen, also at the next start', async ({ start }) => {
  const first = await start()
  await user.openPage(first, 'Settings')
  await first.page.getByLabel('Language', { exact: true }).selectOption('Deutsch')
  await expect(first.page.getByRole('region', { name: 'Einstellungen' })).toBeVisible()
  await first.close()

  const second = await start()
  await expect(second.page.locator('html')).toHaveAttribute('lang', 'de')
  await expect(second.page.getByRole('button', { name: 'Ordner öffnen…' })).toBeVisible()
})

test('one click on a sample shows what Petrichor does', async ({ petrichor }) => {
  await petrichor.page.getByRole('button', { name: 'Remove rain' }).click()

  await expect(petrichor.page.getByRole('img', { name: 'Restored: barn-in-rain.jpg' })).toBeVisible()
  await expect(user.divider(petrichor)).toBeVisible()
})

test('the sheet of shortcuts opens and closes by keys, which meanwhile do nothing else', async ({
  petrichor,
}) => {
  const { page } = petrichor
  await page.keyboard.press('?')
  const sheet = page.getByRole('dialog', { name: 'Keyboard shortcuts' })
  await expect(sheet).toContainText('Hold to see the original')
  await page.keyboard.press('q')
  await page.keyboard.press('Escape')
  await expect(sheet).toBeHidden()
  await expect(page.getByRole('button', { name: /^Queue/ })).toHaveAttribute('aria-expanded', 'false')
})
