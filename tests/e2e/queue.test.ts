import { copyFile, mkdir, readdir, stat } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { checksumsOf, differenceOf, enlargedPhoto, fixtures, identitiesOf, photoFolder } from './photos'
import * as user from './steps'
import { expect, test } from './test'

/** Photos that take a while, the first a few seconds: on it one can lay one's hand before it is done. */
async function slowPhotos(folder: string, names: string[]): Promise<string> {
  const photos = await photoFolder(folder, [])
  for (const [index, name] of names.entries()) {
    const [width, height] = index === 0 ? [1600, 1000] : [640, 400]
    await enlargedPhoto(join(photos, name), width, height)
  }
  return photos
}

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
  await expect(failure).toContainText('Choose a JPEG, PNG, TIFF, WebP, AVIF or HEIC file.')
  await expect(page.getByRole('button', { name: /^Queue/ })).toContainText('1 failed')

  expect((await readdir(results)).sort()).toEqual(['barn-rain.png', 'statue-turned.jpg'])
  for (const name of ['barn-rain.png', 'statue-turned.jpg']) {
    const { width, height } = await sharp(join(results, name)).metadata()
    expect({ width, height }).toEqual({ width: 384, height: 256 })
  }
  // The statue has nothing to restore, and hardly changes.
  const statue = [join(photos, 'statue-turned.jpg'), join(results, 'statue-turned.jpg')] as const
  expect(await differenceOf(...statue)).toBeGreaterThan(0)
  expect(await differenceOf(join(photos, 'barn-rain.png'), join(results, 'barn-rain.png'))).toBeGreaterThan(2)
  expect(await checksumsOf(photos)).toEqual(before)

  await app.evaluate(({ shell }) => {
    shell.showItemInFolder = (path) => Object.assign(globalThis, { revealed: path })
  })
  await page.getByRole('button', { name: 'Show barn-rain.png in its folder' }).click()
  await expect
    .poll(() => app.evaluate(() => (globalThis as { revealed?: string }).revealed))
    .toBe(join(results, 'barn-rain.png'))
})

test('the next batch goes to the same folder and takes free names; one with the same settings has nothing to do', async ({
  petrichor,
  folder,
}) => {
  const { page } = petrichor
  const results = join(folder, 'results')
  await user.openFolder(petrichor, await photoFolder(folder, ['lighthouse-haze.jpg', 'barn-rain.png']))
  await user.restoreInto(petrichor, results, ['lighthouse-haze.jpg'])
  await expect.poll(() => readdir(results).catch(() => [])).toEqual(['lighthouse-haze.jpg'])

  await user.restoreInto(petrichor, results, ['lighthouse-haze.jpg'])
  await expect(user.messages(petrichor)).toContainText('1 photo is left out.')
  await expect(user.messages(petrichor)).toContainText(
    'Restored already with these settings: lighthouse-haze.jpg.',
  )

  await page.getByRole('slider', { name: 'Strength', exact: true }).press('PageDown')
  await user.restoreInto(petrichor, results, ['lighthouse-haze.jpg'])
  await expect.poll(() => readdir(results)).toEqual(['lighthouse-haze-2.jpg', 'lighthouse-haze.jpg'])
})

test('what waits already is not queued twice', async ({ petrichor, folder }) => {
  const names = ['1.jpg', '2.jpg', '3.jpg']
  const results = join(folder, 'results')
  await user.openFolder(petrichor, await slowPhotos(folder, names))
  await user.restoreInto(petrichor, results, names)
  await petrichor.page.getByRole('button', { name: 'Pause' }).click()

  await user.restoreInto(petrichor, results, ['2.jpg', '3.jpg'])

  await expect(user.messages(petrichor)).toContainText(
    'In the queue already with these settings: 2.jpg and 3.jpg.',
  )
  await expect(user.queued(petrichor, '2.jpg')).toHaveCount(1)
})

test('a queue is paused, goes on, and its waiting photos are cancelled', async ({ petrichor, folder }) => {
  const { page } = petrichor
  const names = ['1.jpg', '2.jpg', '3.jpg']
  await user.openFolder(petrichor, await slowPhotos(folder, names))
  await user.restoreInto(petrichor, join(folder, 'results'), names)

  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(user.queued(petrichor, '1.jpg')).toContainText('Done')
  await expect(user.queued(petrichor, '2.jpg')).toContainText('Waiting')

  await page.getByRole('button', { name: 'Cancel 3.jpg' }).click()
  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(user.queued(petrichor, '2.jpg')).toContainText('Done')
  await expect(user.queued(petrichor, '3.jpg')).toContainText('Cancelled')
})

test('waiting photos change places, by keys and by dragging', async ({ petrichor, folder }) => {
  const { page } = petrichor
  const names = ['1.jpg', '2.jpg', '3.jpg', '4.jpg']
  const results = join(folder, 'results')
  await user.openFolder(petrichor, await slowPhotos(folder, names))
  await user.restoreInto(petrichor, results, names)
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(user.queued(petrichor, '1.jpg')).toContainText('Done')
  const order = () =>
    page
      .getByRole('list', { name: 'Queued photos' })
      .getByRole('listitem')
      .evaluateAll((rows) =>
        rows
          .sort((a, b) => Number(a.ariaPosInSet) - Number(b.ariaPosInSet))
          .map(({ ariaLabel }) => ariaLabel),
      )

  await user.queued(petrichor, '4.jpg').focus()
  await page.keyboard.press('Alt+ArrowUp')
  await expect.poll(order).toEqual(['1.jpg', '2.jpg', '4.jpg', '3.jpg'])
  await expect(user.queued(petrichor, '4.jpg')).toBeFocused()
  await page.keyboard.press('Alt+ArrowUp')
  await expect.poll(order).toEqual(['1.jpg', '4.jpg', '2.jpg', '3.jpg'])
  // Nobody gets ahead of what is done.
  await page.keyboard.press('Alt+ArrowUp')
  await expect.poll(order).toEqual(['1.jpg', '4.jpg', '2.jpg', '3.jpg'])

  await user
    .queued(petrichor, '3.jpg')
    .dragTo(user.queued(petrichor, '4.jpg'), { targetPosition: { x: 60, y: 5 } })
  await expect.poll(order).toEqual(['1.jpg', '3.jpg', '4.jpg', '2.jpg'])

  await page.getByRole('button', { name: 'Resume' }).click()
  await expect(user.queued(petrichor, '2.jpg')).toContainText('Done')
  const written = await Promise.all(
    names.map(async (name) => ({ name, at: (await stat(join(results, name))).mtimeMs })),
  )
  expect(written.sort((a, b) => a.at - b.at).map(({ name }) => name)).toEqual([
    '1.jpg',
    '3.jpg',
    '4.jpg',
    '2.jpg',
  ])
})

test('a waiting photo gets settings of its own, and a file of its own kind', async ({
  petrichor,
  folder,
}) => {
  const { page } = petrichor
  const names = ['1.png', '2.png', '3.png']
  const photos = await slowPhotos(folder, names)
  const results = join(folder, 'results')
  await user.openFolder(petrichor, photos)
  await user.restoreInto(petrichor, results, names)
  await page.getByRole('button', { name: 'Pause' }).click()

  await user.adjust(petrichor, '3.png', async (dialog) => {
    await dialog.getByRole('slider', { name: 'Strength', exact: true }).press('Home')
    await dialog.getByLabel('Format', { exact: true }).selectOption('TIFF')
  })
  await expect(user.queued(petrichor, '3.png')).toContainText('strength 0%, TIFF')
  await expect(user.queued(petrichor, '2.png')).not.toContainText('strength')
  await page.getByRole('button', { name: 'Resume' }).click()

  await expect(user.queued(petrichor, '3.png')).toContainText('Done')
  expect((await readdir(results)).sort()).toEqual(['1.png', '2.png', '3.tif'])
  expect(await differenceOf(join(photos, '3.png'), join(results, '3.tif'))).toBe(0)
  expect(await differenceOf(join(photos, '2.png'), join(results, '2.png'))).toBeGreaterThan(0.5)
})

test('the pace and the time left are told, in the taskbar too, and the end to whoever looks elsewhere', async ({
  petrichor,
  folder,
}) => {
  const { app, page } = petrichor
  await app.evaluate(({ BrowserWindow, Notification }) => {
    const told = { bar: [] as number[], notices: [] as string[] }
    Object.assign(globalThis, { told })
    BrowserWindow.prototype.setProgressBar = (fraction) => void told.bar.push(fraction)
    BrowserWindow.getFocusedWindow = () => null
    Notification.isSupported = () => true
    Notification.prototype.show = function (this: Electron.Notification) {
      told.notices.push(`${this.title}: ${this.body}`)
    }
  })
  const told = () =>
    app.evaluate(() => (globalThis as unknown as { told: { bar: number[]; notices: string[] } }).told)
  const names = ['1.jpg', '2.jpg', '3.jpg']
  const photos = await slowPhotos(folder, names)
  await copyFile(join(fixtures, 'broken.jpg'), join(photos, 'broken.jpg'))
  await user.openFolder(petrichor, photos)
  const left = user.glimpsed(page.locator('body'), /[\d.]+ MP\/s · about \d+ (sec|min) left/)
  await user.restoreInto(petrichor, join(folder, 'results'), [...names, 'broken.jpg'])

  await left
  const panel = page.getByRole('region', { name: 'Queue' })
  await expect(user.queued(petrichor, 'broken.jpg')).toHaveAttribute('data-state', 'failed')
  await expect(panel).not.toContainText('left')

  await expect
    .poll(async () => (await told()).notices)
    .toEqual(['The queue has come to its end: Restored: 3. Not restored: 1'])
  const { bar } = await told()
  expect(bar.some((fraction) => fraction > 0 && fraction < 1)).toBe(true)
  expect(bar.at(-1)).toBe(-1)
})

test('an engine that dies is said to have, is started again, and the photo is offered once more', async ({
  petrichor,
  folder,
}) => {
  const { page } = petrichor
  const names = ['1.jpg', '2.jpg', '3.jpg']
  await user.openFolder(petrichor, await slowPhotos(folder, names))
  await user.restoreInto(petrichor, join(folder, 'results'), names)
  await user.glimpsed(user.queued(petrichor, '1.jpg'), /tiles/)

  await user.killEngine(petrichor)

  await expect(
    page.getByRole('region', { name: 'Messages' }).getByText('1.jpg was not restored; the queue goes on'),
  ).toBeVisible()
  const panel = page.getByRole('region', { name: 'Queue' })
  await expect(panel).toContainText('1 photo was not restored because the restoring process stopped.')
  await expect(user.queued(petrichor, '2.jpg')).toContainText('Done')
  await panel.getByRole('button', { name: 'Retry', exact: true }).first().click()
  await expect(user.queued(petrichor, '1.jpg')).toContainText('Done')
  await expect(user.queued(petrichor, '3.jpg')).toContainText('Done')
  expect((await readdir(join(folder, 'results'))).sort()).toEqual(names)
})

test('an engine that dies without work is there again before the next photo', async ({
  petrichor,
  folder,
}) => {
  await user.openFolder(petrichor, await photoFolder(folder, ['barn-rain.png', 'lighthouse-haze.jpg']))
  await expect(petrichor.page.getByText('Ready')).toBeVisible()
  await user.killEngine(petrichor)
  // Killing finds no process unless a new one runs.
  await expect
    .poll(() =>
      user.killEngine(petrichor).then(
        () => true,
        () => false,
      ),
    )
    .toBe(true)
})

test('a command of the menu opens the window where there is none', async ({ petrichor }) => {
  const { app } = petrichor
  const opened = app.waitForEvent('window')
  // Elsewhere than on a Mac the app ends with its last window. All in one go: no window is there to talk to in between.
  await app.evaluate(async ({ app, BrowserWindow, Menu }) => {
    app.removeAllListeners('window-all-closed')
    app.on('window-all-closed', () => undefined)
    const [window] = BrowserWindow.getAllWindows()
    const closed = new Promise<void>((resolve) => window?.once('closed', () => resolve()))
    window?.close()
    await closed
    const items = Menu.getApplicationMenu()?.items.flatMap(({ submenu }) => submenu?.items ?? [])
    items?.find(({ label }) => label === 'Queue')?.click()
  })
  await expect((await opened).getByRole('region', { name: 'Queue' })).toBeVisible()
})

for (const [how, end] of [
  ['quit', (petrichor: user.Petrichor) => petrichor.close()],
  ['killed', user.killApp],
] as const) {
  test(`an app ${how} during a batch goes on with it at the next start`, async ({ start, folder }) => {
    const names = ['1.jpg', '2.jpg', '3.jpg', '4.jpg']
    const photos = await photoFolder(folder, [])
    for (const name of names) await enlargedPhoto(join(photos, name), 640, 400)
    const results = join(folder, 'results')
    await mkdir(results)
    const first = await start()
    await user.openFolder(first, photos)
    await user.restoreInto(first, results, names)
    await user.glimpsed(user.queued(first, '2.jpg'), /tiles/)

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
  await first.page.getByRole('slider', { name: 'Strength', exact: true }).press('Home')
  await first.page.getByRole('button', { name: 'Rain', exact: true }).click()
  await first.page.getByRole('button', { name: 'Back to the grid' }).click()
  await user.choose(first, [results])
  await first.page.getByRole('button', { name: 'Choose folder…' }).click()
  await expect(first.page.getByText(results)).toBeVisible()
  await first.close()

  const second = await start()
  await user.openFolder(second, photos)
  await expect(second.page.getByRole('slider', { name: 'Strength', exact: true })).toHaveAttribute(
    'aria-valuenow',
    '0',
  )
  await expect(second.page.getByRole('button', { name: 'Rain', exact: true })).toHaveAttribute(
    'aria-pressed',
    'true',
  )
  await second.page.getByRole('button', { name: 'Back to the grid' }).click()
  await expect(second.page.getByText(results)).toBeVisible()
})
