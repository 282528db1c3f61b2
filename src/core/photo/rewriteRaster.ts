import { open } from 'node:fs/promises'
import sharp from 'sharp'
import { appendTag, tags } from './bigTiff'
import { Raster, writeRaster } from './raster'
import { reading } from './reading'

const bandRows = 256

/**
 * Write a raster of 8 bits a sample anew with 16, so that a result keeps finer steps than its photo had: 255 becomes
 * 65535, and what lies between keeps its share. What surrounds the pixels (profile, metadata) is kept.
 */
export async function deepenRaster(path: string, target: string): Promise<void> {
  const { space: shallow, density } = await sharp(path, reading).metadata()
  const space = shallow === 'b-w' ? 'grey16' : 'rgb16'
  const deep = sharp(path, reading).pipelineColourspace(space).toColourspace(space).keepMetadata()
  await writeRaster(deep, target, density)

  const raster = await Raster.open(target)
  const { height } = raster.shape
  try {
    for (let top = 0; top < height; top += bandRows) {
      const samples = await raster.readSamples(top, Math.min(bandRows, height - top))
      // libvips moves a value into the upper byte and fills the lower one by its last bit alone.
      for (let at = 0; at < samples.length; at++) samples[at] = (samples[at]! >> 8) * 257
      await raster.writeSamples(top, samples)
    }
  } finally {
    await raster.close()
  }
}

/** Put a colour profile into a raster that has none. */
export async function attachProfile(path: string, profile: Buffer): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await appendTag(file, tags.profile, profile)
  } finally {
    await file.close()
  }
}
