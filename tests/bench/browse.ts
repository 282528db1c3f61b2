/**
 * How a folder of many photos feels: node scripts/with-display.mjs npx tsx tests/bench/browse.ts [photos] [--plain]
 *
 * Opens a generated folder in the built app with an empty profile and prints when the first thumbnails and all in sight
 * were there, the longest task of the window while it scrolls, and what memory the window takes. Photos are hard links to
 * some dozens of 12-megapixel JPEGs with a camera's preview in them, or without one with --plain.
 */
import { execFileSync } from 'node:child_process'
import { link, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { launchApp, type LaunchedApp, temporaryFolder } from '../e2e/launchApp'
import { choose } from '../e2e/steps'

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { plain: { type: 'boolean', default: false } },
})
const count = Number(positionals[0] ?? 10_000)
const originals = 24
const scrollSteps = 300

const { folder, remove } = await temporaryFolder()
try {
  const photos = await generatedFolder()
  const petrichor = await launchApp({ profile: join(folder, 'profile') })
  try {
    console.log(`${count} photos ${values.plain ? 'without' : 'with'} a camera's preview`)
    await choose(petrichor, [photos])
    await petrichor.page.getByText('Ready').waitFor()
    // tsx marks functions with this name; the page does not know it.
    await petrichor.page.evaluate('globalThis.__name = (named) => named')
    for (const [name, value] of Object.entries(await firstSight(petrichor)))
      console.log(name.padEnd(34), value)
    for (const [name, value] of Object.entries(await scrolling(petrichor)))
      console.log(name.padEnd(34), value)
    console.log('memory of the window, MB'.padEnd(34), await megabytesOfWindow(petrichor))
  } finally {
    await petrichor.close()
  }
} finally {
  await remove()
}

async function generatedFolder(): Promise<string> {
  const sources = join(folder, 'sources')
  const photos = join(folder, 'photos')
  await mkdir(sources)
  await mkdir(photos)
  const preview = join(folder, 'preview.jpg')
  for (let index = 0; index < originals; index++) {
    const path = join(sources, `${index}.jpg`)
    const background = `hsl(${(index * 360) / originals}, 45%, 55%)`
    await sharp({ create: { width: 4000, height: 3000, channels: 3, background } })
      .jpeg()
      .toFile(path)
    if (values.plain) continue
    await sharp(path).resize(160).toFile(preview)
    execFileSync('exiftool', ['-q', '-overwrite_original', `-ThumbnailImage<=${preview}`, path])
  }
  for (let index = 0; index < count; index++) {
    await link(
      join(sources, `${index % originals}.jpg`),
      join(photos, `IMG_${String(index).padStart(5, '0')}.jpg`),
    )
  }
  return photos
}

/** Milliseconds from the click on, measured inside the page. */
async function firstSight({ page }: LaunchedApp): Promise<Record<string, string>> {
  const times = await page.evaluate(
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
  return {
    'first thumbnail, ms': times.first.toFixed(0),
    'all thumbnails in sight, ms': times.all.toFixed(0),
  }
}

/** Through the whole folder in steps of a fling, one for each frame. */
async function scrolling({ page }: LaunchedApp): Promise<Record<string, string>> {
  const { tasks, frames } = await page.evaluate(
    (steps) =>
      new Promise<{ tasks: number[]; frames: number[] }>((resolve) => {
        const tasks: number[] = []
        const observer = new PerformanceObserver((list) =>
          tasks.push(...list.getEntries().map(({ duration }) => duration)),
        )
        observer.observe({ type: 'longtask' })
        const grid = document.querySelector('[role=listbox]')!
        const step = (grid.scrollHeight - grid.clientHeight) / steps
        const frames: number[] = []
        let last = performance.now()
        const scroll = () => {
          const now = performance.now()
          frames.push(now - last)
          last = now
          grid.scrollTop += step
          if (frames.length < steps) requestAnimationFrame(scroll)
          // The last long task is told after it has ended.
          else setTimeout(() => resolve({ tasks, frames }), 1000)
        }
        requestAnimationFrame(scroll)
      }),
    scrollSteps,
  )
  frames.sort((a, b) => a - b)
  return {
    'tasks over 50 ms while scrolling': String(tasks.length),
    'longest of them, ms': Math.max(0, ...tasks).toFixed(0),
    'frame, median ms': frames[frames.length >> 1]!.toFixed(1),
    'frame, 95 % within ms': frames[Math.floor(frames.length * 0.95)]!.toFixed(1),
  }
}

async function megabytesOfWindow({ app }: LaunchedApp): Promise<string> {
  const pages = await app.evaluate(({ app }) =>
    app
      .getAppMetrics()
      .filter(({ type }) => type === 'Tab')
      .map(({ memory }) => memory.workingSetSize),
  )
  return pages.map((kilobytes) => (kilobytes / 1024).toFixed(0)).join(', ')
}
