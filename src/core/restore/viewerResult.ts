import { placeFile } from '../files/place'
import type { DecodedPhoto } from '../photo/decode'
import { colourSpace } from '../photo/raster'
import { openStored } from '../photo/reading'
import { fastPng } from '../view/upright'

/**
 * Write the raster as it is, to be looked at and to be packed later: a PNG, which loses nothing, with what shows it as it
 * is meant and without the rest of the metadata. Returns the path, which differs from the target where that name is taken.
 *
 * Throws `disk-full` or `destination-unwritable`.
 */
export function writeViewerResult({ raster }: DecodedPhoto, target: string): Promise<string> {
  const stored = colourSpace(raster.shape)
  return placeFile(target, async (temporary) => {
    await openStored(raster.path)
      .pipelineColourspace(stored)
      .toColourspace(stored)
      .keepMetadata()
      .png(fastPng)
      .toFile(temporary)
  })
}
