import { rename } from 'node:fs/promises'
import { withReadable } from './readable'
import { upright } from './upright'

/** Writes a small picture of a photo as the screen shows it: JPEG, at most `edge` pixels along its longer side. */
export async function writeThumbnail(
  source: string,
  target: string,
  edge: number,
  quality: number,
): Promise<void> {
  const part = `${target}.part`
  await withReadable(source, (file) =>
    upright(file)
      .resize({ width: edge, height: edge, fit: 'inside', withoutEnlargement: true })
      .jpeg({ quality, chromaSubsampling: '4:4:4' })
      .toFile(part),
  )
  await rename(part, target)
}
