import { randomUUID } from 'node:crypto'
import { mkdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readFacts } from '../../core/view/facts'
import { histogramOf } from '../../core/view/histogram'
import { measure, type Measures } from '../../core/view/measure'
import { type ScreenPicture, screenPicture } from '../../core/view/screenPicture'
import { cutScreenTile, writePixels } from '../../core/view/screenTile'
import type { Histogram, PhotoFacts, Region } from '../../shared/photo'
import { serve } from '../workers/serve'
import { RecentCache } from './recentCache'

/**
 * What the process does that looks at one photo closely; `version` changes when the file does, as part of cache keys.
 */
export type ViewingMethods = {
  measure: { input: { source: string }; output: Measures; progress: never }
  facts: { input: { source: string }; output: PhotoFacts; progress: never }
  histogram: { input: { source: string }; output: Histogram; progress: never }
  screen: {
    input: { source: string; version: string; edge: number }
    output: ScreenPicture
    progress: never
  }
  tile: {
    input: { source: string; version: string; region: Region; shrink: number }
    output: Uint8Array
    progress: never
  }
}

const folder = join(tmpdir(), 'viewing')

/**
 * Decoded photos take some hundred megabytes of disk each; four are an original and its result, and the pair before.
 */
const pixels = new RecentCache<string>(4, remove)
const pictures = new RecentCache<ScreenPicture>(32, ({ path }) =>
  path.startsWith(folder) ? remove(path) : undefined,
)

serve<ViewingMethods>({
  measure: ({ source }) => measure(source),
  facts: ({ source }) => readFacts(source),
  histogram: ({ source }) => histogramOf(source),
  screen: ({ source, version, edge }) =>
    pictures.get(`${source}\n${version}`, async () => screenPicture(source, await newFile('png'), edge)),
  tile: async ({ source, version, region, shrink }) => {
    const file = await pixels.get(`${source}\n${version}`, async () => {
      const target = await newFile('v')
      await writePixels(source, target)
      return target
    })
    return cutScreenTile(file, region, shrink)
  },
})

async function newFile(extension: string): Promise<string> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  return join(folder, `${randomUUID()}.${extension}`)
}

function remove(path: string): void {
  void rm(path, { force: true })
}
