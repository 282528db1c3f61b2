import { mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { checksumsOf, differenceOf, enlargedPhoto, identitiesOf, photoFolder } from './photos'
import * as user from './steps'
import { expect, test } from './test'

test('a batch writes what can be restored and tells what cannot', async ({ petrichor, folder }) => {
  const { app, page } = petrichor
  const names = ['barn-rain.png', 'broken.jpg', 'statue-turned.jpg']
  const photos = await photoFolder(folder, names)
  const before = await checksumsOf(photos)
  const results = join(folder, 'results')
  await user.openFolder(petrichor, photos)

  await user.restoreInto(petrichor, results, names)

  await expect(user.queued(petrichor, 'barn-rain.png')).toContainText('Done')
  await expect(user.queued(petrichor, 'statue-turned.jpg')).toContainText('Done')
  const failure = user.queued(petrichor, 'broken.jpg')
  await expect(failure).toContainText('“broken.jpg” is not an image that Petrichor can read.')
  await expect(failure).toContainText('Choose a JPEG, PNG, TIFF or WebP file.')
  await expect(page.getByRole('button', { name: /^Queue/ })).toContainText('1 failed')

  expect((await readdir(results)).sort()).toEqual(['barn-rain.png', 'statue-turned.jpg'])
  for (const name of ['barn-rain.png', 'statue-turned.jpg']) {
    const { width, height } = await sharp(join(results, name)).metadata()
    expect({ width, height }).toEqual({ width: 384, height: 256 })
    expect(await differenceOf(join(photos, name), join(results, name))).toBeGreaterThan(0.5)
  }
  expect(await checksumsOf(photos)).toEqual(before)

  await app.evaluate(({ shell }) => {
    shell.showItemInFolder = (path) => Object.assign(globalThis, { revealed: path })
  })
  await page.getByRole('button', { name: 'Show barn-rain.png in its folder' }).click()
  await expect
    .poll(() => app.evaluate(() => (globalThis as { revealed?: string }).revealed))
    .toBe(join(results, 'barn-rain.png'))
})

test('the next batch goes to the same folder and takes free names', async ({ petrichor, folder }) => {
  const results = join(folder, 'results')
  await user.openFolder(petrichor, await photoFolder(folder, ['lighthouse-haze.jpg']))
  await petrichor.page.getByRole('button', { name: 'Back to the grid' }).click()
  for (const files of [['lighthouse-haze.jpg'], ['lighthouse-haze-2.jpg', 'lighthouse-haze.jpg']]) {
    await user.restoreInto(petrichor, results, ['lighthouse-haze.jpg'])
    await expect.poll(() => readdir(results).catch(() => [])).toEqual(files)
  }
})

test('a queue is paused, goes on, and its waiting photos are cancelled', async ({ petrichor, folder }) => {
  const { page } = petrichor
  const names = ['1.jpg', '2.jpg', '3.jpg']
  const photos = await photoFolder(folder, [])
  for (const name of names) await enlargedPhoto(join(photos, name), 560, 320)
  await user.openFolder(petrichor, photos)
  await user.restoreInto(petrichor, join(folder, 'results'), names)

  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(user.queued(petrichor, '1.jpg')).toContainText('Done')
  await expect(user.queued(petrichor, '2.jpg')).toContainText('Waiting')

  await page.getByRole('button', { name: 'Cancel 3.jpg' }).click()
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(user.queued(petrichor, '2.jpg')).toContainText('Done')
  await expect(user.queued(petrichor, '3.jpg')).toContainText('Cancelled')
})

for (const [how, end] of [
  ['quit', (petrichor: user.Petrichor) => petrichor.close()],
  ['killed', user.killApp],
] as const) {
  test(`an app ${how} during a batch goes on with it at the next start`, async ({ start, folder }) => {
    const names = ['1.jpg', '2.jpg', '3.jpg', '4.jpg']
    const photos = await photoFolder(folder, [])
    for (const name of names) await enlargedPhoto(join(photos, name), 560, 320)
    const results = join(folder, 'results')
    await mkdir(results)
    const first = await start()
    await user.openFolder(first, photos)
    await user.restoreInto(first, results, names)
    await expect(user.queued(first, '2.jpg')).toContainText('tiles')

    await end(first)

    const finished = await identitiesOf(results)
    expect(Object.keys(finished)).toContain('1.jpg')
    expect(Object.keys(finished)).not.toContain('4.jpg')

    const second = await start()
    await user.openQueue(second)
    await expect(second.page.getByRole('button', { name: /^Queue/ })).toContainText('All 4 done')
    expect((await readdir(results)).sort()).toEqual(names)
    expect(await identitiesOf(results)).toMatchObject(finished)
  })
}

test('settings are kept between sessions', async ({ start, folder }) => {
  const photos = await photoFolder(folder, ['barn-rain.png'])
  const results = join(folder, 'results')
  const first = await start()
  await user.openFolder(first, photos)
  await first.page.getByRole('slider', { name: 'Strength' }).press('Home')
  await first.page.getByRole('radio', { name: 'Rain' }).click()
  await first.page.getByRole('button', { name: 'Back to the grid' }).click()
  await user.choose(first, [results])
  await first.page.getByRole('button', { name: 'Choose folder…' }).click()
  await expect(first.page.getByText(results)).toBeVisible()
  await first.close()

  const second = await start()
  await user.openFolder(second, photos)
  await expect(second.page.getByRole('slider', { name: 'Strength' })).toHaveAttribute('aria-valuenow', '0')
  await expect(second.page.getByRole('radio', { name: 'Rain' })).toBeChecked()
  await second.page.getByRole('button', { name: 'Back to the grid' }).click()
  await expect(second.page.getByText(results)).toBeVisible()
})
