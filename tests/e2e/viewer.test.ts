import { access, mkdir, readdir, stat, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { checksumsOf, differenceOf, enlargedPhoto, photoFolder } from './photos'
import * as user from './steps'
import { expect, test } from './test'

test('restoring the open photo shows a result that differs from the original', async ({
  petrichor,
  folder,
}) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, [])
  await enlargedPhoto(join(photos, 'barn.png'), 960, 400)
  await user.openFolder(petrichor, photos)

  await expect(page.getByRole('img', { name: 'Original: barn.png' })).toBeVisible()
  const tiles = user.glimpsed(page.locator('body'), /\d of 2 tiles/)
  await user.restore(petrichor)

  await tiles
  await expect(user.divider(petrichor)).toBeVisible()
  await expect(user.progress(petrichor)).toBeHidden()

  // The divider is moved by keys: at its right end all is original, at its left end all is restored.
  const view = page.getByRole('region', { name: 'Photo' })
  await user.divider(petrichor).press('End')
  await expect(user.divider(petrichor)).toHaveAttribute('aria-valuenow', '100')
  const original = await view.screenshot({ animations: 'disabled' })
  await user.divider(petrichor).press('Home')
  await expect(user.divider(petrichor)).toHaveAttribute('aria-valuenow', '0')
  await user.divider(petrichor).press('ArrowRight')
  await expect(user.divider(petrichor)).toHaveAttribute('aria-valuenow', '2')
  const restored = await view.screenshot({ animations: 'disabled' })
  expect(await differenceOf(original, restored)).toBeGreaterThan(1)

  const found = page.getByRole('list', { name: 'What the model found' })
  await expect(found.getByRole('listitem').filter({ hasText: 'Rain' })).toContainText('%')
  expect(await found.getByRole('listitem').count()).toBeGreaterThan(3)
})

test('a photo is shown and restored upright', async ({ petrichor, folder }) => {
  const { page } = petrichor
  await user.openFolder(petrichor, await photoFolder(folder, ['statue-turned.jpg']))
  await user.restore(petrichor)
  await expect(page.getByRole('img', { name: 'Restored: statue-turned.jpg' })).toBeVisible()

  const widths = () =>
    page
      .locator('.layer img')
      .evaluateAll((all) => all.map((image) => (image as HTMLImageElement).naturalWidth))
  await expect.poll(widths).toEqual([256, 256])
})

test('original and restored are compared side by side and as a difference', async ({ petrichor, folder }) => {
  const { page } = petrichor
  await user.openFolder(petrichor, await photoFolder(folder, ['barn-rain.png']))
  await user.restore(petrichor)
  await expect(user.divider(petrichor)).toBeVisible()
  const stage = page.locator('.stage')
  const seen = () => stage.screenshot({ animations: 'disabled' })

  await page.keyboard.press('2')
  await expect(user.divider(petrichor)).toBeHidden()
  const [left, right] = await Promise.all(
    ['Original: barn-rain.png', 'Restored: barn-rain.png'].map((name) =>
      page.getByRole('img', { name }).boundingBox(),
    ),
  )
  const size = await stage.boundingBox()
  expect(right!.x - left!.x).toBeCloseTo(size!.width / 2 + 1, 0)
  expect([right!.y, right!.width, right!.height]).toEqual([left!.y, left!.width, left!.height])

  // Both move together.
  await stage.hover({ position: { x: 100, y: 200 } })
  await page.mouse.wheel(0, -600)
  await expect
    .poll(async () => (await page.getByRole('img', { name: 'Original: barn-rain.png' }).boundingBox())!.width)
    .toBeGreaterThan(left!.width * 1.5)
  const zoomed = await Promise.all(
    ['Original: barn-rain.png', 'Restored: barn-rain.png'].map((name) =>
      page.getByRole('img', { name }).boundingBox(),
    ),
  )
  expect(zoomed[1]!.x - zoomed[0]!.x).toBeCloseTo(size!.width / 2 + 1, 0)

  // Where nothing of the result is mixed in, nothing differs, and the picture is black.
  await page.keyboard.press('3')
  await expect(page.getByText('Difference × 4')).toBeVisible()
  const differing = await seen()
  await page.getByRole('slider', { name: 'Strength', exact: true }).press('Home')
  await expect.poll(async () => differenceOf(differing, await seen())).toBeGreaterThan(3)

  await page.keyboard.press('1')
  await user.divider(petrichor).press('Home')
  const nothingMixed = await seen()
  await page.keyboard.down('\\')
  const original = await seen()
  await page.keyboard.up('\\')
  // The divider and labels differ, the photo does not.
  expect(await differenceOf(nothingMixed, original)).toBeLessThan(1.5)
})

test('a large photo is looked at in tiles, and never as a whole at its full size', async ({
  petrichor,
  folder,
}) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, [])
  await enlargedPhoto(join(photos, 'large.jpg'), 5200, 3400)
  await user.openFolder(petrichor, photos)
  await expect(page.getByRole('img', { name: 'Original: large.jpg' })).toBeVisible()
  await expect(page.getByText('5,200 × 3,400 · 18 MP')).toBeVisible()
  const shapes = () =>
    page
      .locator('.layer img')
      .evaluateAll((all) =>
        all
          .filter((image) => (image as HTMLImageElement).complete)
          .map((image) => [
            (image as HTMLImageElement).naturalWidth,
            (image as HTMLImageElement).naturalHeight,
          ]),
      )
  await expect.poll(shapes).toEqual([[2048, 1339]])

  await page.keyboard.press('z')
  await expect(page.getByRole('button', { name: 'Show at 100 %' })).toHaveText('100%')
  await expect.poll(async () => (await shapes()).filter(([width]) => width === 513).length).toBeGreaterThan(3)
  expect(Math.max(...(await shapes()).flat())).toBe(2048)
})

test('changing a setting previews what is seen, and no longer once it is changed back', async ({
  petrichor,
  folder,
}) => {
  const { page } = petrichor
  await user.openFolder(petrichor, await photoFolder(folder, ['barn-rain.png']))
  await expect(page.getByRole('img', { name: 'Original: barn-rain.png' })).toBeVisible()
  const preview = page.getByRole('img', { name: 'Preview: barn-rain.png' })

  await page.getByRole('button', { name: 'Snow', exact: true }).click()
  await page.getByRole('button', { name: 'Rain', exact: true }).click()
  await expect(preview).toBeVisible()
  await expect(user.divider(petrichor)).toBeVisible()

  await page.getByRole('button', { name: 'Automatic', exact: true }).click()
  await expect(preview).toBeHidden()
})

test('of a large photo the middle of what is seen is previewed first, with what was found there', async ({
  petrichor,
  folder,
}) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, [])
  await enlargedPhoto(join(photos, 'large.jpg'), 5200, 3400)
  await user.openFolder(petrichor, photos)
  await expect(page.getByText('5,200 × 3,400 · 18 MP')).toBeVisible()
  const preview = page.getByRole('img', { name: 'Preview: large.jpg' })
  const found = page.getByRole('list', { name: 'What the model found' })

  await page.getByRole('button', { name: 'Rain', exact: true }).click()
  await expect(preview).toBeVisible()
  await expect(found.getByRole('listitem').filter({ hasText: 'Rain' })).toContainText('%')
  const first = (await preview.locator('img').first().boundingBox())!
  const stage = (await page.locator('.stage').boundingBox())!
  expect(Math.abs(first.x + first.width / 2 - (stage.x + stage.width / 2))).toBeLessThan(first.width)
  expect(Math.abs(first.y + first.height / 2 - (stage.y + stage.height / 2))).toBeLessThan(first.height)
  // From there it spreads.
  await expect.poll(() => preview.locator('img').count()).toBeGreaterThan(1)

  await page.getByRole('button', { name: 'Automatic', exact: true }).click()
  await expect(preview).toBeHidden()
  await expect(page.getByText('Shown once the photo is restored.')).toBeVisible()
})

test('a result is saved at the strength that is seen', async ({ petrichor, folder }) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, ['barn-rain.png'])
  await user.openFolder(petrichor, photos)
  await user.restore(petrichor)
  await expect(user.divider(petrichor)).toBeVisible()
  const save = async (name: string) => {
    await user.chooseTarget(petrichor, join(folder, name))
    await page.getByRole('button', { name: 'Save as…' }).click()
    await expect(user.messages(petrichor)).toContainText(name)
    return join(folder, name)
  }

  const whole = await save('whole.png')
  const strength = page.getByRole('slider', { name: 'Strength', exact: true })
  for (let step = 0; step < 5; step++) await strength.press('PageDown')
  await expect(strength).toHaveAttribute('aria-valuenow', '50')
  const half = await save('half.png')

  const original = join(photos, 'barn-rain.png')
  const full = await differenceOf(original, whole)
  expect(full).toBeGreaterThan(0.5)
  expect(await differenceOf(original, half)).toBeCloseTo(full / 2, 0)
})

test('a running restoration can be cancelled', async ({ petrichor, folder }) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, [])
  await enlargedPhoto(join(photos, 'large.jpg'), 3000, 2000)
  await user.openFolder(petrichor, photos)
  await user.restore(petrichor)
  await user.glimpsed(page.locator('body'), /[1-9] of \d+ tiles/)
  await expect(user.progress(petrichor)).toBeVisible()

  await page.getByRole('button', { name: 'Cancel', exact: true }).click()

  await expect(user.progress(petrichor)).toBeHidden()
  await user.openQueue(petrichor)
  await expect(user.queued(petrichor, 'large.jpg')).toContainText('Cancelled')
  await expect(page.getByRole('button', { name: 'Restore', exact: true })).toBeEnabled()
})

test('a photo that cannot be restored says why', async ({ petrichor, folder }) => {
  await user.openFolder(petrichor, await photoFolder(folder, ['truncated.jpg']))

  await user.restore(petrichor)

  await expect(petrichor.page.getByRole('alert')).toContainText('“truncated.jpg” is damaged or incomplete.')
})

test('a result is saved where the user says, and never over an original', async ({ petrichor, folder }) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, ['statue-turned.jpg', 'lighthouse-haze.jpg'])
  const before = await checksumsOf(photos)
  const saved = join(folder, 'saved')
  await mkdir(saved)
  await user.openFolder(petrichor, photos)
  await user.openPhoto(petrichor, 'statue-turned.jpg')
  await user.restore(petrichor)
  const save = page.getByRole('button', { name: 'Save as…' })

  await user.chooseTarget(petrichor, join(saved, 'statue.jpg'))
  await save.click()
  await expect(user.messages(petrichor)).toContainText('Saved.')
  const { width, height, orientation, exif } = await sharp(join(saved, 'statue.jpg')).metadata()
  expect({ width, height, orientation }).toEqual({ width: 384, height: 256, orientation: 6 })
  expect(exif?.toString('latin1')).toContain('A statue, held upright by its tag')

  // The dialog has asked whether to replace the earlier result: it is replaced, not joined by a second one.
  const file = async () => (await stat(join(saved, 'statue.jpg'))).ino
  const first = await file()
  await save.click()
  await expect.poll(file).not.toBe(first)
  await user.chooseTarget(petrichor, join(saved, 'no extension'))
  await save.click()
  await expect.poll(() => readdir(saved)).toEqual(['no extension.jpg', 'statue.jpg'])

  for (const name of ['statue-turned.jpg', 'lighthouse-haze.jpg']) {
    await user.chooseTarget(petrichor, join(photos, name))
    await save.click()
    await expect(user.messages(petrichor)).toContainText(`“${name}” is an original`)
  }
  await symlink(join(photos, 'lighthouse-haze.jpg'), join(saved, 'link.jpg'))
  await user.chooseTarget(petrichor, join(saved, 'link.jpg'))
  await save.click()
  await expect(user.messages(petrichor)).toContainText('“link.jpg” is an original')
  expect(await checksumsOf(photos)).toEqual(before)
})

test('when the engine dies the window lives on, and a retry works', async ({ petrichor, folder }) => {
  const { page } = petrichor
  const photos = await photoFolder(folder, [])
  await enlargedPhoto(join(photos, 'barn.jpg'), 1000, 600)
  await user.openFolder(petrichor, photos)
  await user.restore(petrichor)
  await user.glimpsed(page.locator('body'), /\d of \d+ tiles/)

  await user.killEngine(petrichor)

  const failure = page.getByRole('alert')
  await expect(failure).toContainText('The restoring process stopped before this photo was finished.')
  // It starts anew by itself.
  await expect(page.getByText('Ready')).toBeVisible()

  await failure.getByRole('button', { name: 'Retry' }).click()
  await expect(user.divider(petrichor)).toBeVisible()
  await expect(page.getByText('Ready')).toBeVisible()
})

test('an engine that cannot be started is said to be missing', async ({ start, folder }) => {
  test.skip(process.platform !== 'linux', 'Elsewhere the engine runs in Electron itself.')
  const petrichor = await start({ env: { npm_node_execpath: join(folder, 'no-node-here') } })
  await expect(petrichor.page.getByText(/Engine stopped: the Node program .* was not found/)).toBeVisible()

  await user.openFolder(petrichor, await photoFolder(folder, ['barn-rain.png']))
  await user.restore(petrichor)

  await expect(petrichor.page.getByRole('alert')).toContainText('The restoring process could not be started.')
})

// Neither does the model's runtime leave anything, which by default reports its use to its makers from there.
test('what belongs to one session alone is gone with it', async ({ petrichor, folder }) => {
  await user.openFolder(petrichor, await photoFolder(folder, ['barn-rain.png']))
  await user.restore(petrichor)
  await expect(user.divider(petrichor)).toBeVisible()
  const session = join(petrichor.profile, 'session')
  expect(await readdir(session)).not.toEqual([])

  await petrichor.close()

  await expect(access(session)).rejects.toThrow('ENOENT')
})
