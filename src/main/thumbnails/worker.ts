import sharp from 'sharp'
import { embeddedPreview } from '../../core/view/embeddedPreview'
import { measure } from '../../core/view/measure'
import { writeThumbnail } from '../../core/view/thumbnail'
import { serve } from '../workers/serve'
import { yieldToOthers } from '../workers/yieldToOthers'

/** What the process for thumbnails does. It is not the engine, so that browsing never waits for restoring. */
export type ThumbnailMethods = {
  /** The camera's own preview as JPEG; null where the photo has none. */
  embedded: { input: { source: string }; output: Uint8Array | null; progress: never }
  make: {
    input: { source: string; target: string; edge: number; quality: number }
    output: void
    progress: never
  }
  /** Megapixels of photos; null for those that cannot be read. */
  megapixels: { input: { sources: string[] }; output: (number | null)[]; progress: never }
}

yieldToOthers()
// Several are made at a time, one thread each, which is faster than one after another with several threads.
sharp.concurrency(1)

serve<ThumbnailMethods>({
  embedded: async ({ source }) => (await embeddedPreview(source)) ?? null,
  make: ({ source, target, edge, quality }) => writeThumbnail(source, target, edge, quality),
  megapixels: async ({ sources }) => {
    const found: (number | null)[] = []
    for (const source of sources) {
      found.push(
        await measure(source).then(
          ({ width, height }) => (width * height) / 1e6,
          () => null,
        ),
      )
    }
    return found
  },
})
