import sharp from 'sharp'
import type { Region } from '../../shared/photo'
import { withReadable } from './readable'
import { fastPng, upright } from './upright'

/** Decode a photo once into a file of plain pixels, from which tiles are cut without reading the rest. */
export async function writePixels(source: string, target: string): Promise<void> {
  await withReadable(source, (file) => upright(file).toFile(target))
}

/** A part of such pixels as PNG, `shrink` times smaller; what lies beyond the photo is left out. */
export async function cutTile(pixels: string, region: Region, shrink: number): Promise<Uint8Array> {
  const image = sharp(pixels, { limitInputPixels: false })
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
