import { codecs, formatOf } from '../photo/formats'
import { openImage } from '../photo/reading'
import { withReadable } from './readable'
import { fastPng, upright } from './upright'

/** The picture of a whole photo: a file and its type. */
export interface ScreenPicture {
  path: string
  mimeType: string
}

/**
 * The whole photo with at most `edge` pixels along its longer side: the file itself where a browser can show that, else
 * a PNG written to `target`. So no viewer of it holds more than `edge` × `edge` pixels.
 */
export async function screenPicture(path: string, target: string, edge: number): Promise<ScreenPicture> {
  const metadata = await openImage(path).metadata()
  const { width, height } = metadata.autoOrient
  const format = formatOf(metadata)
  const browserType = format && codecs[format].browserType
  if (browserType && metadata.space !== 'cmyk' && Math.max(width, height) <= edge) {
    return { path, mimeType: browserType }
  }
  await withReadable(path, (file) =>
    upright(file)
      .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
      .png(fastPng)
      .toFile(target),
  )
  return { path: target, mimeType: 'image/png' }
}
