/**
 * How honest the time left is: node scripts/with-display.mjs npx tsx tests/bench/window/timeLeft.ts [photos]
 *
 * Restores a batch of photos of very different sizes and kinds in the built app, in no order of size, and prints at each
 * tenth of the time that it took what the queue said was left, beside what was left.
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { launchApp, temporaryFolder } from '../../e2e/launchApp'
import { enlargedPhoto } from '../../e2e/photos'
import { choose, openFolder } from '../../e2e/steps'
import { knowMarks } from './felt'

const count = Number(process.argv[2] ?? 30)
/** Widths in pixels; all photos are 3:2. */
const widths = [300, 1200, 450, 700, 240, 950, 600, 1500, 380, 820]
const kinds = ['jpg', 'png', 'jpg', 'webp', 'tif', 'jpg', 'jpg']

const { folder, remove } = await temporaryFolder()
try {
  const photos = join(folder, 'photos')
  await mkdir(photos)
  for (let index = 0; index < count; index++) {
    const width = widths[index % widths.length]!
    const name = `${String(index).padStart(2, '0')}.${kinds[index % kinds.length]}`
    await enlargedPhoto(join(photos, name), width, Math.round(width / 1.5))
  }
  const petrichor = await launchApp({ profile: join(folder, 'profile') })
  const { page } = petrichor
  try {
    await page.getByText('Ready').waitFor()
    await knowMarks(page)
    await openFolder(petrichor, photos)
    await page.getByRole('listbox', { name: 'Photos' }).getByRole('option').first().click()
    await page.keyboard.press('Control+a')
    await choose(petrichor, [join(folder, 'results')])
    await page.evaluate(() => {
      const told: { at: number; secondsLeft: number }[] = []
      Object.assign(window, { told })
      window.petrichor.on('queue.pace', (pace) => {
        if (pace) told.push({ at: performance.now() / 1000, secondsLeft: pace.secondsLeft })
      })
    })
    const now = () => page.evaluate(() => performance.now() / 1000)
    const began = await now()
    await page.getByRole('button', { name: `Restore ${count} selected` }).click()
    await page.getByText(`All ${count} done`).waitFor({ timeout: 0 })
    const took = (await now()) - began
    const told = await page.evaluate(
      () => (window as unknown as { told: { at: number; secondsLeft: number }[] }).told,
    )

    const restored = await page.evaluate(async () => {
      const queue = await window.petrichor.call('queue.get', undefined)
      return queue.ok ? queue.value.items.flatMap(({ job }) => job.result ?? []) : []
    })
    console.log('megapixels and seconds of each:')
    console.log(
      restored
        .map(({ width, height, seconds }) => `${((width * height) / 1e6).toFixed(2)} ${seconds.toFixed(2)}`)
        .join(', '),
    )
    console.log(`${count} photos took ${took.toFixed(0)} s`)
    console.log('tenth   said, s   true, s   off by')
    for (let tenth = 1; tenth < 10; tenth++) {
      const last = told.filter(({ at }) => at - began <= (took * tenth) / 10).at(-1)
      if (!last) continue
      const left = took - (last.at - began)
      const off = (last.secondsLeft / left - 1) * 100
      console.log(
        [`${tenth}`, last.secondsLeft.toFixed(1), left.toFixed(1), `${off.toFixed(0)} %`]
          .map((text) => text.padStart(7))
          .join('   '),
      )
    }
  } finally {
    await petrichor.close()
  }
} finally {
  await remove()
}
