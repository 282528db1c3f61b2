import type { FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { colourSpace, type DecodedPhoto, reading } from './decode'
import { encoderOf, type Format } from './formats'
import { jpegParts } from './metadata/jpeg'
import { type Part, withFile, writeParts } from './metadata/parts'
import { pngParts } from './metadata/png'
import { copyTiffTags } from './metadata/tiff'
import { webpParts } from './metadata/webp'
import { placeFile } from './place'

/**
 * Write the raster in the photo's own format, with the metadata, profile, orientation, alpha and depth of the file that it
 * was read from: `source`, which is only read. Returns the path, which differs from the target where that name is taken.
 * `scratch` is a folder for temporary files.
 *
 * Throws `disk-full`, `destination-unwritable` or `metadata-unwritable`.
 */
export function encodePhoto(
  photo: DecodedPhoto,
  source: string,
  target: string,
  scratch: string,
): Promise<string> {
  return placeFile(target, async (temporary) => {
    if (photo.encoding.format === 'tiff') {
      await encodePixels(photo, temporary)
      await copyTiffTags(source, temporary)
    } else {
      const encoded = join(scratch, 'encoded')
      await encodePixels(photo, encoded)
      await joinMetadata(photo, photo.encoding.format, source, encoded, temporary)
    }
  })
}

/** A TIFF's metadata, and the profile of converted pixels, come with the raster; the rest is joined to it afterwards. */
async function encodePixels({ encoding, raster, converted }: DecodedPhoto, target: string): Promise<void> {
  const space = colourSpace(raster.shape)
  const image = sharp(raster.path, reading).pipelineColourspace(space).toColourspace(space)
  if (encoding.format === 'tiff') image.keepMetadata()
  else if (converted) image.keepIccProfile()
  await encoderOf(image, encoding).toFile(target)
}

/**
 * libvips reads EXIF and writes it anew, and loses text that is not plain ASCII, maker notes and more on the way. So the
 * source's own blocks are put around the new picture instead.
 */
async function joinMetadata(
  { raster, converted }: DecodedPhoto,
  format: Exclude<Format, 'tiff'>,
  source: string,
  encoded: string,
  target: string,
): Promise<void> {
  await withFile(source, (original) =>
    withFile(encoded, async (picture) => {
      await writeParts(await partsOf(original, picture), target)
    }),
  )

  function partsOf(original: FileHandle, picture: FileHandle): Promise<Part[]> {
    switch (format) {
      case 'jpeg':
        return jpegParts(original, picture, !converted)
      case 'png':
        return pngParts(original, picture)
      case 'webp':
        return webpParts(original, picture, raster.shape)
    }
  }
}
