import { measure, type Measures } from './measure'
import { withReadable } from './readable'
import { fastPng, upright } from './upright'

/** Formats that a browser decodes by itself, and as we would. */
const browserTypes: Record<string, string> = { jpeg: 'image/jpeg', png: 'image/png', webp: 'image/webp' }

/** The picture of a whole photo: a file and its type. */
export interface ScreenPicture {
  path: string
  mimeType: string
}

/**
 * The whole photo with at most `edge` pixels along its longer side: the file itself where a browser can show that, else a
 * PNG written to `target`. So nobody who looks at it holds more than `edge` × `edge` pixels.
 */
export async function screenPicture(path: string, target: string, edge: number): Promise<ScreenPicture> {
  const measures = await measure(path)
  const mimeType = fits(measures, edge) && measures.space !== 'cmyk' && browserTypes[measures.format]
  if (mimeType) return { path, mimeType }
  await withReadable(path, (file) =>
    upright(file)
      .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
      .png(fastPng)
      .toFile(target),
  )
  return { path: target, mimeType: 'image/png' }
}

function fits({ width, height }: Measures, edge: number): boolean {
  return Math.max(width, height) <= edge
}
