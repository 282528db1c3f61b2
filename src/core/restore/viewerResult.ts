import sharp from 'sharp'
import { hasty } from '../view/upright'
import type { DecodedPhoto } from '../photo/decode'
import { placeFile } from '../files/place'
import { colourSpace } from '../photo/raster'
import { reading } from '../photo/reading'

/**
 * Write the raster as it is, to be looked at and to be packed later: a PNG, which loses nothing, with what shows it as it
 * is meant and without the rest of the metadata. Returns the path, which differs from the target where that name is taken.
 *
 * Throws `disk-full` or `destination-unwritable`.
 */
export function keepPhoto({ raster }: DecodedPhoto, target: string): Promise<string> {
  const stored = colourSpace(raster.shape)
  return placeFile(target, async (temporary) => {
    await sharp(raster.path, reading)
      .pipelineColourspace(stored)
      .toColourspace(stored)
      .keepMetadata()
      .png(hasty)
      .toFile(temporary)
  })
}
