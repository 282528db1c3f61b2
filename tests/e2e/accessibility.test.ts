import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { enlargedPhoto, photoFolder } from './photos'
import * as user from './steps'
import { expect, test } from './test'

for (const theme of ['light', 'dark'] as const) {
  test(`nothing serious is found in any view in the ${theme} theme`, async ({ petrichor, folder }) => {
    const { page } = petrichor
    const photos = await photoFolder(folder, ['barn-rain.png', 'broken.jpg'])
    await enlargedPhoto(join(photos, 'small.jpg'), 120, 90)
    const found: Record<string, string[]> = {}
    const look = async (view: string) => {
      // Colours may be on their way to where they belong.
      await page.evaluate(async () => {
        const transitions = document.getAnimations().filter((one) => one instanceof CSSTransition)
        await Promise.allSettled(transitions.map(({ finished }) => finished))
      })
      const { violations } = await new AxeBuilder({ page }).setLegacyMode().analyze()
      const grave = violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      if (grave.length > 0) {
        found[view] = grave.flatMap(({ id, nodes }) =>
          nodes.map(({ html }) => `${id}: ${html.slice(0, 160)}`),
        )
      }
    }
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })

    await expect(page.getByRole('button', { name: 'Remove rain' })).toBeVisible()
    await look('start')
    for (const name of ['Settings', 'Models', 'Machine'] as const) {
      await user.openPage(petrichor, name)
      await look(name)
    }
    await page.keyboard.press('?')
    await look('shortcuts')
    await page.keyboard.press('Escape')
    await page.keyboard.press('Escape')

    await user.openFolder(petrichor, photos)
    await expect(user.photo(petrichor, 'small.jpg')).toBeVisible()
    await user.photo(petrichor, 'small.jpg').click()
    await look('grid')
    await user.openPhoto(petrichor, 'broken.jpg')
    await expect(page.getByText('This photo cannot be shown.')).toBeVisible()
    await user.restore(petrichor)
    await expect(page.getByRole('alert')).toBeVisible()
    await look('a photo that failed')
    await page.keyboard.press('Escape')
    await user.openPhoto(petrichor, 'small.jpg')
    await user.restore(petrichor)
    await expect(user.divider(petrichor)).toBeVisible()
    await look('split')
    await page.keyboard.press('2')
    await look('side by side')
    await page.keyboard.press('3')
    await look('difference')
    await user.openQueue(petrichor)
    await look('queue')

    await page.keyboard.press('Escape')
    await user.restoreInto(petrichor, join(folder, 'results'), ['broken.jpg'])
    await page.getByRole('button', { name: 'Settings of broken.jpg…' }).click()
    await expect(page.getByRole('dialog', { name: 'Settings of broken.jpg' })).toBeVisible()
    await look('settings of a queued photo')

    expect(found).toEqual({})
  })
}
