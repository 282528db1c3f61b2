// What benchmarks of the window have in common: many photos to show, and what is felt while it works.

import { execFileSync } from 'node:child_process'
import { link, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Page } from '@playwright/test'
import sharp from 'sharp'
import type { LaunchedApp } from '../../e2e/launchApp'

const originals = 24

export interface ManyPhotos {
  count: number
  width: number
  height: number
  /** Whether a camera's preview is in them. */
  previews: boolean
}

/** A folder of JPEGs below another one: hard links to some dozens of different ones. */
export async function manyPhotos(parent: string, wish: ManyPhotos): Promise<string> {
  const sources = join(parent, 'sources')
  const photos = join(parent, 'photos')
  await mkdir(sources)
  await mkdir(photos)
  const preview = join(parent, 'preview.jpg')
  const { count, width, height, previews } = wish
  for (let index = 0; index < originals; index++) {
    const path = join(sources, `${index}.jpg`)
    const background = `hsl(${(index * 360) / originals}, 45%, 55%)`
    await sharp({ create: { width, height, channels: 3, background } })
      .jpeg()
      .toFile(path)
    if (!previews) continue
    await sharp(path).resize(160).toFile(preview)
    execFileSync('exiftool', ['-q', '-overwrite_original', `-ThumbnailImage<=${preview}`, path])
  }
  for (let index = 0; index < count; index++) {
    const name = `IMG_${String(index).padStart(5, '0')}.jpg`
    await link(join(sources, `${index % originals}.jpg`), join(photos, name))
  }
  return photos
}

/** Must come before what the page is to evaluate: tsx marks functions with a name that the page does not know. */
export async function knowMarks(page: Page): Promise<void> {
  await page.evaluate('globalThis.__name = (named) => named')
}

/** Milliseconds of each task over 50 ms that the window does meanwhile. */
export async function longTasksDuring(page: Page, work: () => Promise<unknown>): Promise<number[]> {
  await page.evaluate(() => {
    const tasks: number[] = []
    const observer = new PerformanceObserver((list) =>
      tasks.push(...list.getEntries().map(({ duration }) => duration)),
    )
    observer.observe({ type: 'longtask' })
    Object.assign(window, { tasks, observer })
  })
  await work()
  // The last one is told after it has ended.
  await page.waitForTimeout(1000)
  return page.evaluate(() => {
    const { tasks, observer } = window as unknown as { tasks: number[]; observer: PerformanceObserver }
    observer.disconnect()
    return tasks
  })
}

/** Scrolls an element from its top to its end, a step for each frame. Returns milliseconds between frames. */
export function scrollThrough(page: Page, selector: string, steps: number): Promise<number[]> {
  return page.evaluate(
    ({ selector, steps }) =>
      new Promise<number[]>((resolve) => {
        const scroller = document.querySelector(selector)!
        scroller.scrollTop = 0
        const step = (scroller.scrollHeight - scroller.clientHeight) / steps
        const frames: number[] = []
        let last = performance.now()
        const scroll = () => {
          const now = performance.now()
          frames.push(now - last)
          last = now
          scroller.scrollTop += step
          if (frames.length < steps) requestAnimationFrame(scroll)
          else resolve(frames)
        }
        requestAnimationFrame(scroll)
      }),
    { selector, steps },
  )
}

export async function megabytesOfWindow({ app }: LaunchedApp): Promise<number> {
  const metrics = await app.evaluate(({ app }) => app.getAppMetrics())
  const page = metrics.find(({ type }) => type === 'Tab')
  return Math.round((page?.memory.workingSetSize ?? 0) / 1024)
}

export function print(name: string, value: string | number): void {
  console.log(name.padEnd(40), value)
}

/** As they are told: how many, and the longest. */
export function told(tasks: number[]): string {
  return tasks.length === 0 ? 'none' : `${tasks.length}, the longest ${Math.max(...tasks).toFixed(0)} ms`
}
