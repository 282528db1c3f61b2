import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { enlargedPhoto, photoFolder } from './photos'
import { openFolder, openPhoto, photo } from './steps'
import { expect, test } from './test'

test('opening a folder shows its photos, those in its folders too', async ({ petrichor, folder }) => {
  const photos = await photoFolder(folder, ['barn-rain.png', 'lighthouse-haze.jpg', 'statue-turned.jpg'])
  await mkdir(join(photos, 'day 2'))
  await enlargedPhoto(join(photos, 'day 2', 'später 後.webp'), 300, 200)

  await openFolder(petrichor, photos)

  const grid = petrichor.page.getByRole('listbox', { name: 'Photos' })
  await expect(grid.getByRole('option')).toHaveCount(4)
  await expect(photo(petrichor, 'später 後.webp')).toBeVisible()
  await expect(petrichor.page.getByText('4 photos')).toBeVisible()
  // Every thumbnail is a real picture, and upright.
  await expect
    .poll(() => grid.locator('img').evaluateAll(shapesOf))
    .toEqual([
      [320, 213],
      [320, 213],
      [213, 320],
      [300, 200],
    ])
})

test('a photo that is no photo is shown as such', async ({ petrichor, folder }) => {
  await openFolder(petrichor, await photoFolder(folder, ['barn-rain.png', 'broken.jpg']))

  await openPhoto(petrichor, 'broken.jpg')

  await expect(petrichor.page.getByText('This photo cannot be shown.')).toBeVisible()
})

test('a folder without photos says so', async ({ petrichor, folder }) => {
  await mkdir(join(folder, 'empty'))

  await openFolder(petrichor, join(folder, 'empty'))

  await expect(petrichor.page.getByText('There are no photos here that Petrichor can open.')).toBeVisible()
})

test('photos named on the command line are opened', async ({ start, folder }) => {
  const photos = await photoFolder(folder, ['barn-rain.png', 'lighthouse-haze.jpg'])

  const petrichor = await start({
    args: [join(photos, 'barn-rain.png'), join(photos, 'lighthouse-haze.jpg')],
  })

  await expect(photo(petrichor, 'barn-rain.png')).toBeVisible()
  await expect(photo(petrichor, 'lighthouse-haze.jpg')).toBeVisible()
})

function shapesOf(images: Element[]): number[][] {
  return images
    .filter((image) => image instanceof HTMLImageElement)
    .map(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight])
}
