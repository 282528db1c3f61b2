// How direct zooming and panning of a 50-megapixel photo are: `node scripts/with-display.mjs tsx tests/bench/window/viewer.ts`, after
// `npm run build`. Prints the times between frames while the wheel turns for some seconds, and the renderer's memory.

import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { launchApp, temporaryFolder } from '../../e2e/launchApp'
import { enlargedPhoto } from '../../e2e/photos'
import * as user from '../../e2e/steps'

const { folder, remove } = await temporaryFolder()
const photos = join(folder, 'photos')
await mkdir(photos)
await enlargedPhoto(join(photos, 'large.jpg'), 8660, 5774)
const petrichor = await launchApp({ profile: join(folder, 'profile') })
const { app, page } = petrichor

const began = performance.now()
await user.openFolder(petrichor, photos)
await page.getByTestId('original').locator('img').first().waitFor()
await until(
  `document.querySelector('[data-testid=original] img.whole')?.complete && document.querySelector('.photo')?.style.visibility !== 'hidden'`,
)
console.log(`whole photo seen after ${Math.round(performance.now() - began)} ms`)

const zoomed = performance.now()
await page.keyboard.press('z')
await until(
  `document.querySelectorAll('[data-testid=original] img:not(.whole)').length > 0 && [...document.querySelectorAll('[data-testid=original] img')].every((image) => image.complete)`,
)
console.log(`tiles at 1:1 after ${Math.round(performance.now() - zoomed)} ms`)

const times = await page.evaluate<number[]>(`new Promise((resolve) => {
  const times = []
  const stage = document.querySelector('.stage')
  let last = performance.now()
  const end = last + 4000
  const tick = (now) => {
    times.push(now - last)
    last = now
    const deltaY = Math.sin(now / 400) * 60
    stage.dispatchEvent(new WheelEvent('wheel', { deltaY, clientX: 400, clientY: 300, bubbles: true, cancelable: true }))
    if (now < end) requestAnimationFrame(tick)
    else resolve(times)
  }
  requestAnimationFrame(tick)
})`)
times.sort((a, b) => a - b)
const at = (share: number) => `${times[Math.floor((times.length - 1) * share)]!.toFixed(1)} ms`
console.log(`${times.length} frames: median ${at(0.5)}, 95 % within ${at(0.95)}, longest ${at(1)}`)
const metrics = await app.evaluate(({ app }) => app.getAppMetrics())
const renderer = metrics.find(({ type }) => type === 'Tab')
console.log(`renderer ${Math.round((renderer?.memory.workingSetSize ?? 0) / 1024)} MB`)
await petrichor.close()
await remove()

/** Strings throughout: a compiled function would refer to helpers that the page does not have. */
async function until(condition: string): Promise<void> {
  while (!(await page.evaluate<boolean>(`Boolean(${condition})`))) await page.waitForTimeout(10)
}
