import sharp from 'sharp'
import { colourSpace, type DecodedPhoto, reading } from './decode'
import { encoderOf } from './formats'
import { copyLostMetadata } from './metadata'
import { placeFile } from './place'

/**
 * Write the raster in the photo's own format, with the metadata, profile, orientation, alpha and depth that it was read
 * with. `source` is only read. Returns the path, which differs from the target where that name is taken.
 *
 * Throws `disk-full` or `destination-unwritable`.
 */
export function encodePhoto(photo: DecodedPhoto, source: string, target: string): Promise<string> {
  const { format, raster } = photo
  const space = colourSpace(raster.shape)
  return placeFile(target, async (temporary) => {
    const image = sharp(raster.path, reading).pipelineColourspace(space).toColourspace(space).keepMetadata()
    await encoderOf(image, format).toFile(temporary)
    await copyLostMetadata(format, source, temporary)
  })
}
