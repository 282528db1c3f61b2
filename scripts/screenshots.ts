// `npm run screenshots`: takes the pictures of the README and the guide from the running app.

import { copyFile, mkdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect } from '@playwright/test'
import { launchApp, temporaryFolder } from '../tests/e2e/launchApp'
import * as user from '../tests/e2e/steps'

const root = resolve(import.meta.dirname, '..')
const images = join(root, 'docs', 'images')
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

const petrichor = await launchApp({ profile: join(folder, 'profile') })
const { app, page } = petrichor
await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.setContentSize(1280, 820))
try {
  await user.openFolder(petrichor, photos)

  await user.openPhoto(petrichor, 'barn in rain.jpg')
  await user.restore(petrichor)
  await expect(user.divider(petrichor)).toBeVisible(patient)
  await take('restored')

  await page.getByRole('button', { name: 'Back to the grid' }).click()
  await user.photo(petrichor, 'lighthouse.jpg').click()
  await user.photo(petrichor, 'parrots at dusk.jpg').click({ modifiers: ['ControlOrMeta'] })
  await take('grid')

  const names = ['barn in rain.jpg', 'half-copied.jpg', 'lighthouse.jpg', 'parrots at dusk.jpg']
  await user.restoreInto(petrichor, join(pictures, 'Saturday restored'), names)
  await expect(user.queued(petrichor, 'parrots at dusk.jpg')).toContainText('Done', patient)
  await take('queue')
} finally {
  await petrichor.close()
  await rm(pictures, { recursive: true })
  await remove()
}

async function take(name: string): Promise<void> {
  await expect
    .poll(() =>
      page.locator('img').evaluateAll((all) => all.every((image) => (image as HTMLImageElement).complete)),
    )
    .toBe(true)
  // A pointer that rests on a button would show its tooltip.
  await page.mouse.move(0, 0)
  await page.screenshot({ path: join(images, `${name}.png`), animations: 'disabled' })
}
