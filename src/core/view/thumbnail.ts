import { rename } from 'node:fs/promises'
import sharp from 'sharp'
import { withReadable } from './readable'

/**
 * Write a picture of a photo for the screen: upright, sRGB, JPEG, at most `edge` pixels along its longer side, on a
 * neutral ground where it is transparent. What can still be read of a damaged photo is shown.
 */
export async function writeRendition(
  source: string,
  target: string,
  edge: number,
  quality: number,
): Promise<void> {
  const part = `${target}.part`
  await withReadable(source, (file) =>
    sharp(file, { failOn: 'none', limitInputPixels: false })
      .rotate()
      .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
      .flatten({ background: '#808080' })
      .jpeg({ quality, chromaSubsampling: '4:4:4' })
      .toFile(part),
  )
  await rename(part, target)
}
