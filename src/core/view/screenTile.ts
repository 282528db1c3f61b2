import type { Region } from '../../shared/photo'
import { openImage } from '../photo/reading'
import { withReadable } from './readable'
import { fastPng, upright } from './upright'

/** Decodes a photo once into a file of plain pixels, from which screen tiles are cut without reading the rest. */
export async function writePixels(source: string, target: string): Promise<void> {
  await withReadable(source, (file) => upright(file).toFile(target))
}

/** Cuts a part of such pixels as PNG, `shrink` times smaller; what lies beyond the photo is left out. */
export async function cutScreenTile(pixels: string, region: Region, shrink: number): Promise<Uint8Array> {
  const image = openImage(pixels)
  const whole = await image.metadata()
  const width = Math.min(region.width, whole.width - region.left)
  const height = Math.min(region.height, whole.height - region.top)
  return image
    .extract({ left: region.left, top: region.top, width, height })
    .resize({
      width: Math.max(Math.round(width / shrink), 1),
      height: Math.max(Math.round(height / shrink), 1),
      fit: 'fill',
    })
    .png(fastPng)
    .toBuffer()
}
