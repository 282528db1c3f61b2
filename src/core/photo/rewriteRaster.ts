import { open } from 'node:fs/promises'
import { appendTag, tags } from './bigTiff'
import { Raster, writeRaster } from './raster'
import { openStored } from './reading'

const bandRows = 256

/**
 * Rewrites a raster of 8 bits a sample with 16, so that a result has finer steps than its photo: 255 becomes 65535, and
 * values between are scaled alike. Profile and metadata are kept.
 */
export async function deepenRaster(path: string, target: string): Promise<void> {
  const { space: shallow, density } = await openStored(path).metadata()
  const space = shallow === 'b-w' ? 'grey16' : 'rgb16'
  const deep = openStored(path).pipelineColourspace(space).toColourspace(space).keepMetadata()
  await writeRaster(deep, target, density)

  const raster = await Raster.open(target)
  const { height } = raster.shape
  try {
    for (let top = 0; top < height; top += bandRows) {
      const samples = await raster.readSamples(top, Math.min(bandRows, height - top))
      // libvips shifts a value into the upper byte and fills the lower one with copies of its last bit.
      for (let at = 0; at < samples.length; at++) samples[at] = (samples[at]! >> 8) * 257
      await raster.writeSamples(top, samples)
    }
  } finally {
    await raster.close()
  }
}

/** Adds a colour profile to a raster that has none. */
export async function attachProfile(path: string, profile: Buffer): Promise<void> {
  const file = await open(path, 'r+')
  try {
    await appendTag(file, tags.profile, profile)
  } finally {
    await file.close()
  }
}
