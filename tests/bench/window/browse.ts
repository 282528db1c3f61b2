/**
 * How a folder of many photos feels: node scripts/with-display.mjs npx tsx tests/bench/window/browse.ts [photos] [--plain]
 *
 * Opens a generated folder in the built app with an empty profile and prints when the first thumbnails and all in sight
 * were there, the long tasks of the window while it is scrolled through several times, and what memory the window takes.
 * The photos have 12 megapixels and a camera's preview in them, or none with --plain.
 */
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import type { Page } from '@playwright/test'
import { launchApp, temporaryFolder } from '../../e2e/launchApp'
import { choose } from '../../e2e/steps'
import { knowMarks, longTasksDuring, manyPhotos, megabytesOfWindow, print, scrollThrough, told } from './felt'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { plain: { type: 'boolean', default: false } },
})
const count = Number(positionals[0] ?? 10_000)
const scrollSteps = 300
const runs = 5

const { folder, remove } = await temporaryFolder()
try {
  const photos = await manyPhotos(folder, { count, width: 4000, height: 3000, previews: !values.plain })
  const petrichor = await launchApp({ profile: join(folder, 'profile') })
  const { page } = petrichor
  try {
    console.log(`${count} photos ${values.plain ? 'without' : 'with'} a camera's preview`)
    await choose(petrichor, [photos])
    await page.getByText('Ready').waitFor()
    await knowMarks(page)
    const { first, all, tasks } = await firstSight(page)
    print('first thumbnail, ms', first.toFixed(0))
    print('all thumbnails in sight, ms', all.toFixed(0))
    print('tasks over 50 ms meanwhile', told(tasks))
    for (let run = 1; run <= runs; run++) {
      let frames: number[] = []
      const tasks = await longTasksDuring(page, async () => {
        frames = await scrollThrough(page, '[role=listbox]', scrollSteps)
      })
      frames.sort((a, b) => a - b)
      const at = (share: number) => frames[Math.floor((frames.length - 1) * share)]!.toFixed(1)
      print(`scrolling ${run}: tasks over 50 ms`, told(tasks))
      print(`scrolling ${run}: frames, ms`, `median ${at(0.5)}, 95 % within ${at(0.95)}`)
    }
    print('memory of the window, MB', await megabytesOfWindow(petrichor))
  } finally {
    await petrichor.close()
  }
} finally {
  await remove()
}

/** Milliseconds from the click on, measured inside the page. */
async function firstSight(page: Page): Promise<{ first: number; all: number; tasks: number[] }> {
  let times = { first: 0, all: 0 }
  const tasks = await longTasksDuring(page, async () => {
    times = await page.evaluate(
      () =>
        new Promise<{ first: number; all: number }>((resolve) => {
          const began = performance.now()
          let first = 0
          const look = () => {
            const images = [...document.querySelectorAll<HTMLImageElement>('[role=option] img')]
            const loaded = images.filter((image) => image.complete && image.naturalWidth > 0).length
            if (loaded > 0) first ||= performance.now() - began
            if (loaded > 0 && loaded === images.length) resolve({ first, all: performance.now() - began })
            else requestAnimationFrame(look)
          }
          requestAnimationFrame(look)
          const open = [...document.querySelectorAll('button')].find(({ innerText }) =>
            innerText.includes('Open folder'),
          )
          open?.click()
        }),
    )
  })
  return { ...times, tasks }
}
