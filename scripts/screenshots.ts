// `npm run screenshots`: takes pictures of every view of the running app, in both themes, for the README and the guide.

import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect } from '@playwright/test'
import sharp from 'sharp'
import { launchApp, temporaryFolder } from '../tests/e2e/launchApp'
import * as user from '../tests/e2e/steps'
import { smallPromptIr } from '../tests/support/smallCheckpoints'
import { basicSr, writeTorchFile } from '../tests/support/torchWriter'

const root = resolve(import.meta.dirname, '..')
const images = join(root, 'docs', 'screenshots')
const patient = { timeout: 120_000 }

const photosShown = {
  'barn in rain.jpg': 'resources/samples/barn-in-rain.jpg',
  'lighthouse.jpg': 'resources/samples/lighthouse-in-haze.jpg',
  'parrots at dusk.jpg': 'resources/samples/parrots-at-dusk.jpg',
  'barn, closer.png': 'tests/fixtures/photos/barn-rain.png',
  'lighthouse, closer.jpg': 'tests/fixtures/photos/lighthouse-haze.jpg',
  'parrot.jpg': 'tests/fixtures/photos/parrots-noise.jpg',
  'statue.jpg': 'tests/fixtures/photos/statue-turned.jpg',
}

const { folder, remove } = await temporaryFolder()
// Its path is seen in the pictures, so it is a tidy one; it must not be there yet.
const pictures = join(tmpdir(), 'Pictures')
const photos = join(pictures, 'Saturday')
await mkdir(images, { recursive: true })
await mkdir(pictures)
await mkdir(photos)
for (const [name, source] of Object.entries(photosShown))
  await copyFile(join(root, source), join(photos, name))
await writeFile(join(photos, 'half-copied.jpg'), 'This card was pulled out too early.')
const weights = join(folder, 'CPLIR_small.pth')
writeTorchFile(weights, smallPromptIr(), basicSr)

const petrichor = await launchApp({ profile: join(folder, 'profile') })
const { app, page } = petrichor
await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 820))
try {
  await expect(page.getByRole('button', { name: 'Remove rain' })).toBeVisible()
  await take('start')
  await page.keyboard.press('?')
  await expect(page.getByRole('dialog')).toBeVisible()
  await take('shortcuts')
  await page.keyboard.press('Escape')

  await user.openPage(petrichor, 'Settings')
  await page.getByLabel('Name of a new preset').fill('Wedding, in rain')
  await page.getByRole('button', { name: 'Save preset' }).click()
  await expect(page.getByRole('listitem', { name: 'Wedding, in rain' })).toBeVisible()
  await page.getByRole('heading', { name: 'Files' }).scrollIntoViewIfNeeded()
  await take('settings')
  await user.openPage(petrichor, 'Machine')
  await page.getByRole('button', { name: 'Try all' }).click()
  await expect(page.getByRole('row', { name: /^CPU/ })).toBeVisible(patient)
  await page.getByRole('button', { name: 'Measure Petrichor Compact' }).click()
  await expect(page.getByText(/MP\/s on CPU/)).toBeVisible(patient)
  await take('machine')
  await user.openPage(petrichor, 'Models')
  await user.choose(petrichor, [weights])
  await page.getByRole('button', { name: 'Import weights…' }).click()
  await expect(page.getByLabel('Licence', { exact: true })).toBeVisible(patient)
  await take('models')
  await page.keyboard.press('Escape')

  await user.openFolder(petrichor, photos)
  await user.openPhoto(petrichor, 'barn in rain.jpg')
  await user.restore(petrichor)
  await expect(user.divider(petrichor)).toBeVisible(patient)
  await expect(user.progress(petrichor)).toBeHidden(patient)
  await take('restored')
  await page.keyboard.press('2')
  await take('side-by-side')
  await page.keyboard.press('3')
  await take('difference')
  await page.keyboard.press('1')
  await page.keyboard.press('ArrowRight')
  await page.getByRole('button', { name: 'Rain', exact: true }).click()
  await page.getByRole('button', { name: 'Haze', exact: true }).click()
  await expect(page.getByRole('img', { name: /^Preview/ })).toBeVisible(patient)
  await take('preview')
  await page.getByRole('button', { name: 'Automatic', exact: true }).click()
  await page.keyboard.press('Escape')

  await user.openPhoto(petrichor, 'half-copied.jpg')
  await user.restore(petrichor)
  await expect(page.getByRole('alert')).toBeVisible(patient)
  await take('failed')
  await page.keyboard.press('Escape')

  await user.photo(petrichor, 'lighthouse.jpg').click()
  await user.photo(petrichor, 'parrots at dusk.jpg').click({ modifiers: ['ControlOrMeta'] })
  await take('grid')
  const names = ['barn in rain.jpg', 'half-copied.jpg', 'lighthouse.jpg', 'parrots at dusk.jpg']
  await user.restoreInto(petrichor, join(pictures, 'Saturday restored'), names)
  await expect(user.queued(petrichor, 'lighthouse.jpg')).toContainText('Done', patient)
  await take('queue')
} finally {
  await petrichor.close()
  await rm(pictures, { recursive: true })
  await remove()
}

/** The view as it is now, in both themes. */
async function take(view: string): Promise<void> {
  await expect
    .poll(() =>
      page.locator('img').evaluateAll((all) => all.every((image) => (image as HTMLImageElement).complete)),
    )
    .toBe(true)
  // A pointer that rests on a button would show its tooltip.
  await page.mouse.move(0, 0)
  for (const colorScheme of ['light', 'dark'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' })
    await page.waitForTimeout(300)
    const picture = await page.screenshot({ animations: 'disabled' })
    await sharp(picture)
      .webp({ quality: 88 })
      .toFile(join(images, `${view}-${colorScheme}.webp`))
  }
}
