import { execFileSync } from 'node:child_process'
import { copyFile, mkdir, rename, rm, stat, utimes } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { enlargedPhoto, photoFolder } from './photos'
import * as user from './steps'
import { openFolder, openPhoto, photo } from './steps'
import { expect, test } from './test'

const modelFixture = resolve(import.meta.dirname, '../fixtures/models/identity')

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

test('what is dropped is opened, and a model among it is offered for import instead', async ({
  petrichor,
  folder,
}) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, ['barn-rain.png', 'statue-turned.jpg'])

  await user.drop(petrichor, [modelFixture])
  const importing = page.getByRole('region', { name: 'Import of a model' })
  await expect(importing).toContainText('identity')
  await expect(importing.getByRole('button', { name: 'Import' })).toBeVisible()

  await page.keyboard.press('Escape')
  await user.drop(petrichor, [photos])
  await expect(photo(petrichor, 'barn-rain.png')).toBeVisible()
  await expect(photo(petrichor, 'statue-turned.jpg')).toBeVisible()
})

test('photos named on the command line are opened', async ({ start, folder }) => {
  const photos = await photoFolder(folder, ['barn-rain.png', 'lighthouse-haze.jpg'])

  const petrichor = await start({
    args: [join(photos, 'barn-rain.png'), join(photos, 'lighthouse-haze.jpg')],
  })

  await expect(photo(petrichor, 'barn-rain.png')).toBeVisible()
  await expect(photo(petrichor, 'lighthouse-haze.jpg')).toBeVisible()
})

test('what is named on the command line and cannot be opened is said in the window', async ({
  start,
  folder,
}) => {
  await mkdir(join(folder, 'empty'))

  const petrichor = await start({ args: [join(folder, 'empty')] })

  await expect(user.messages(petrichor)).toContainText('There are no photos here that Petrichor can open.')
})

test('the camera’s own preview is shown first, upright, and a better one follows', async ({
  petrichor,
  folder,
}) => {
  // Beside another photo, or it would be opened, and its better picture made before the grid is looked at.
  const photos = await photoFolder(folder, ['barn-rain.png'])
  const turned = await enlargedPhoto(join(photos, 'turned.jpg'), 6000, 4000)
  const preview = await enlargedPhoto(join(folder, 'preview.jpg'), 160, 120)
  execFileSync('exiftool', [
    '-q',
    '-overwrite_original',
    '-n',
    `-ThumbnailImage<=${preview}`,
    '-Orientation=6',
    turned,
  ])
  const shapes = await watchPictures(petrichor)

  await openFolder(petrichor, photos)

  const shownIn = () => photo(petrichor, 'turned.jpg').locator('img').evaluateAll(shapesOf)
  await expect.poll(shownIn).toEqual([[213, 320]])
  // A preview of 4:3 has black bars for a photo of 3:2; they are cut off.
  expect(await shapes()).toContainEqual([107, 160])
})

test('what happens in the opened folder is seen, and the selection stays', async ({ petrichor, folder }) => {
  const photos = await photoFolder(folder, ['barn-rain.png', 'parrots-noise.jpg'])
  await mkdir(join(photos, 'day 2'))
  await openFolder(petrichor, photos)
  await photo(petrichor, 'parrots-noise.jpg').click()
  const selected = petrichor.page.getByText('· 1 selected')

  await enlargedPhoto(join(photos, 'day 2', 'new.jpg'), 300, 200)
  await enlargedPhoto(join(photos, 'aaa.jpg'), 300, 200)
  await expect(photo(petrichor, 'new.jpg')).toBeVisible()
  await expect(photo(petrichor, 'aaa.jpg')).toBeVisible()
  const names = () => user.photosShown(petrichor)
  await expect.poll(names).toEqual(['aaa.jpg', 'barn-rain.png', 'parrots-noise.jpg', 'new.jpg'])
  await expect(photo(petrichor, 'parrots-noise.jpg')).toHaveAttribute('aria-selected', 'true')
  await expect(selected).toBeVisible()

  // Another photo under the same name, as an editor leaves it.
  await enlargedPhoto(join(folder, 'edited.png'), 200, 300)
  await rename(join(folder, 'edited.png'), join(photos, 'barn-rain.png'))
  const edited = photo(petrichor, 'barn-rain.png').locator('img')
  await expect.poll(() => edited.evaluateAll(shapesOf)).toEqual([[200, 300]])

  await rename(join(photos, 'day 2'), join(folder, 'elsewhere'))
  await rm(join(photos, 'parrots-noise.jpg'))
  await expect.poll(names).toEqual(['aaa.jpg', 'barn-rain.png'])
  await expect(selected).toBeHidden()
})

test('photos are sorted and filtered', async ({ petrichor, folder }) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, ['barn-rain.png', 'lighthouse-haze.jpg', 'broken.jpg'])
  const day = (number: number) => new Date(2024, 5, number)
  await utimes(join(photos, 'barn-rain.png'), day(2), day(2))
  await utimes(join(photos, 'lighthouse-haze.jpg'), day(1), day(1))
  await utimes(join(photos, 'broken.jpg'), day(3), day(3))
  await openFolder(petrichor, photos)
  const names = () => user.photosShown(petrichor)

  await page.getByLabel('Sort by').selectOption('Date')
  await expect.poll(names).toEqual(['lighthouse-haze.jpg', 'barn-rain.png', 'broken.jpg'])
  await page.getByRole('button', { name: 'Ascending' }).click()
  await expect.poll(names).toEqual(['broken.jpg', 'barn-rain.png', 'lighthouse-haze.jpg'])
  await page.getByLabel('Sort by').selectOption('File size')
  expect((await stat(join(photos, 'barn-rain.png'))).size).toBeGreaterThan(
    (await stat(join(photos, 'lighthouse-haze.jpg'))).size,
  )
  await expect.poll(names).toEqual(['barn-rain.png', 'lighthouse-haze.jpg', 'broken.jpg'])

  await page.getByLabel('File type').selectOption('PNG')
  await expect.poll(names).toEqual(['barn-rain.png'])
  await page.getByLabel('File type').selectOption('All types')

  await page.getByLabel('State').selectOption('Failed')
  await expect(page.getByText('No photo fits the filter.')).toBeVisible()
  await page.getByRole('button', { name: 'Show all photos' }).click()
  await user.restoreInto(petrichor, join(folder, 'results'), ['barn-rain.png', 'broken.jpg'])
  await expect(user.queued(petrichor, 'barn-rain.png')).toContainText('Done')
  await expect(user.queued(petrichor, 'broken.jpg')).toHaveAttribute('data-state', 'failed')
  await page.getByLabel('State').selectOption('Failed')
  await expect.poll(names).toEqual(['broken.jpg'])
  await page.getByLabel('State').selectOption('Restored')
  await expect.poll(names).toEqual(['barn-rain.png'])
})

test('the order, and folders to come back to, are kept between sessions', async ({ start, folder }) => {
  const photos = await photoFolder(folder, ['barn-rain.png', 'lighthouse-haze.jpg'])
  const first = await start()
  await openFolder(first, photos)
  await first.page.getByRole('button', { name: 'Ascending' }).click()
  await first.page.getByRole('button', { name: 'Recent folders and favourites' }).click()
  await first.page.getByRole('menuitem', { name: 'Add this folder to the favourites' }).click()
  await expect
    .poll(() => user.kept(first))
    .toMatchObject({ browsing: { descending: true }, folders: { favourites: [photos] } })
  await first.close()

  const second = await start()
  await second.page.getByRole('button', { name: 'Recent folders and favourites' }).click()
  const known = second.page.getByRole('menuitem', { name: 'photos' })
  // Once as a favourite, once as recent.
  await expect(known).toHaveCount(2)
  await known.first().click()
  await expect(photo(second, 'lighthouse-haze.jpg')).toBeVisible()
  await expect.poll(() => user.photosShown(second)).toEqual(['lighthouse-haze.jpg', 'barn-rain.png'])
})

test('folders in the folder are left out where that is wished', async ({ petrichor, folder }) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, ['barn-rain.png', 'lighthouse-haze.jpg'])
  await mkdir(join(photos, 'day 2'))
  await copyFile(join(photos, 'barn-rain.png'), join(photos, 'day 2', 'again.png'))
  await openFolder(petrichor, photos)
  await expect(photo(petrichor, 'again.png')).toBeVisible()

  await page.getByRole('checkbox', { name: 'Subfolders' }).uncheck()
  await expect(photo(petrichor, 'again.png')).toBeHidden()
  await expect(photo(petrichor, 'barn-rain.png')).toBeVisible()
  // What is new in them does not appear either.
  await copyFile(join(photos, 'barn-rain.png'), join(photos, 'day 2', 'later.png'))
  await copyFile(join(photos, 'barn-rain.png'), join(photos, 'new.png'))
  await expect(photo(petrichor, 'new.png')).toBeVisible()
  await expect(photo(petrichor, 'later.png')).toBeHidden()

  await page.getByRole('checkbox', { name: 'Subfolders' }).check()
  await expect(photo(petrichor, 'later.png')).toBeVisible()
})

test('a rubber band selects what it touches, with ctrl besides what was selected', async ({
  petrichor,
  folder,
}) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, [])
  for (const name of ['1.jpg', '2.jpg', '3.jpg', '4.jpg', '5.jpg']) {
    await enlargedPhoto(join(photos, name), 120, 80)
  }
  await openFolder(petrichor, photos)
  const band = async (from: string, to: string) => {
    // Hovering waits until a photo has come to rest.
    await photo(petrichor, to).hover()
    await photo(petrichor, from).hover({ position: { x: 10, y: 10 } })
    const end = await photo(petrichor, to).boundingBox()
    await page.mouse.down()
    await page.mouse.move(end!.x + 30, end!.y + 30, { steps: 5 })
    await page.mouse.up()
  }
  const selected = () => user.photosShown(petrichor, { selected: true })

  await band('2.jpg', '4.jpg')
  await expect.poll(selected).toEqual(['2.jpg', '3.jpg', '4.jpg'])
  await page.keyboard.down('Control')
  await band('5.jpg', '5.jpg')
  await page.keyboard.up('Control')
  await expect.poll(selected).toEqual(['2.jpg', '3.jpg', '4.jpg', '5.jpg'])
  await band('1.jpg', '1.jpg')
  await expect.poll(selected).toEqual(['1.jpg'])
})

/** From now on every picture that is shown is noted with its size; returns what reads the notes. */
async function watchPictures({ page }: user.Petrichor): Promise<() => Promise<number[][]>> {
  await page.evaluate(() => {
    const shapes: number[][] = []
    Object.assign(window, { shapes })
    const note = ({ target }: Event) => {
      if (target instanceof HTMLImageElement) shapes.push([target.naturalWidth, target.naturalHeight])
    }
    document.addEventListener('load', note, true)
  })
  return () => page.evaluate(() => (window as unknown as { shapes: number[][] }).shapes)
}

function shapesOf(images: Element[]): number[][] {
  return images
    .filter((image) => image instanceof HTMLImageElement)
    .map(({ naturalWidth, naturalHeight }) => [naturalWidth, naturalHeight])
}
