import { placeFile } from '../files/place'
import type { DecodedPhoto } from '../photo/decode'
import { colourSpace } from '../photo/raster'
import { openStored } from '../photo/reading'
import { fastPng } from '../view/upright'

/**
 * Writes the raster losslessly as a PNG, to be shown and to be packed when it is saved, with its profile and without
 * the rest of the metadata. Returns the path, which differs from the target where that name is taken.
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
