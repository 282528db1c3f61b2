/**
 * How a queue of many photos feels: node scripts/with-display.mjs npx tsx tests/bench/window/queue.ts [photos]
 *
 * Queues a generated folder in the built app as a user does and prints the long tasks of the window at each step, and what
 * memory the window takes. Photos are restored meanwhile.
 */
import { join } from 'node:path'
import { launchApp, temporaryFolder } from '../../e2e/launchApp'
import { choose, openFolder } from '../../e2e/steps'
import { knowMarks, longTasksDuring, manyPhotos, megabytesOfWindow, print, scrollThrough, told } from './felt'

const count = Number(process.argv[2] ?? 10_000)
const scrollSteps = 300
const runs = 3

const { folder, remove } = await temporaryFolder()
try {
  const photos = await manyPhotos(folder, { count, width: 240, height: 160, previews: false })
  const petrichor = await launchApp({ profile: join(folder, 'profile') })
  const { page } = petrichor
  try {
    console.log(`${count} photos in the queue`)
    await page.getByText('Ready').waitFor()
    await knowMarks(page)
    await openFolder(petrichor, photos)
    await page.getByRole('listbox', { name: 'Photos' }).getByRole('option').first().click()
    await choose(petrichor, [join(folder, 'results')])
    const queue = page.getByRole('region', { name: 'Queue' })
    const step = async (name: string, work: () => Promise<unknown>) =>
      print(`${name}: tasks over 50 ms`, told(await longTasksDuring(page, work)))

    await step('all selected', () => page.keyboard.press('Control+a'))
    await step('queued', async () => {
      await page.getByRole('button', { name: /^Restore [\d,]+ selected/ }).click()
      await queue.getByRole('listitem').first().waitFor({ timeout: 120_000 })
      await page
        .getByText(`of ${count.toLocaleString('en')}`)
        .first()
        .waitFor({ timeout: 120_000 })
    })
    await step('20 s of restoring', () => page.waitForTimeout(20_000))
    for (let run = 1; run <= runs; run++) {
      await step(`scrolling ${run}`, () => scrollThrough(page, '.queue .scroller', scrollSteps))
    }
    await step('paused', () => queue.getByRole('button', { name: 'Pause' }).click())
    print('memory of the window, MB', await megabytesOfWindow(petrichor))
    await step('cancelled', async () => {
      await queue.getByRole('button', { name: 'Cancel all' }).click()
      await queue
        .getByRole('button', { name: /^Retry IMG/ })
        .first()
        .waitFor()
    })
    await step('cleared', async () => {
      await queue.getByRole('button', { name: 'Clear finished' }).click()
      await queue.getByText('Nothing queued').waitFor({ timeout: 120_000 })
    })
  } finally {
    await petrichor.close()
  }
} finally {
  await remove()
}
