import type { FileHandle } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import sharp from 'sharp'
import type { OutputFormat } from '../../shared/formats'
import { defaultExport, type ExportSettings } from '../../shared/settings'
import { diskError } from '../files/fileErrors'
import { placeFile, type PlaceOptions } from '../files/place'
import type { DecodedPhoto } from './decode'
import { chooseEncoding, encoderOf, type Encoding } from './encoding'
import type { Limits } from './limits'
import { jpegParts } from './metadata/jpeg'
import { type Part, withFile, writeParts } from './metadata/parts'
import { pngParts } from './metadata/png'
import { copyAllTags, copyTiffTags, removeLocation } from './metadata/tags'
import { webpParts } from './metadata/webp'
import { colourSpace } from './raster'
import { reading } from './reading'

export interface EncodeOptions extends PlaceOptions {
  /** What the encoder may ask of the machine. */
  limits?: Limits | undefined
}

/**
 * Write the raster as was wished, by default in the photo's own format, with the metadata, profile, orientation, alpha and
 * depth of the file that it was read from: `source`, which is only read. Returns the path, which differs from the target
 * where that name is taken. `scratch` is a folder for temporary files.
 *
 * Throws `disk-full`, `destination-unwritable`, `metadata-unwritable` or what `chooseEncoding` throws.
 */
export async function encodePhoto(
  photo: DecodedPhoto,
  source: string,
  target: string,
  scratch: string,
  exportSettings: ExportSettings = defaultExport,
  { limits, ...placing }: EncodeOptions = {},
): Promise<string> {
  const { encoding } = chooseEncoding(photo, exportSettings, source, limits)
  return placeFile(
    target,
    async (temporary) => {
      await encodeWithMetadata(photo, encoding, source, temporary, scratch)
      if (exportSettings.stripLocation) await removeLocation(source, temporary)
    },
    placing,
  )
}

async function encodeWithMetadata(
  photo: DecodedPhoto,
  encoding: Encoding,
  source: string,
  temporary: string,
  scratch: string,
): Promise<void> {
  const { format } = encoding
  if (format !== photo.encoding.format || format === 'avif') {
    await encodePixels(photo, encoding, temporary)
    // Of upright photos too, whose tag says nothing, or nonsense that libtiff would refuse to read again.
    await copyAllTags(source, temporary, { format, upright: encoding.turned || photo.orientation === 1 })
  } else if (format === 'tiff') {
    await encodePixels(photo, encoding, temporary)
    await copyTiffTags(source, temporary)
  } else {
    const encoded = join(scratch, 'encoded')
    await encodePixels(photo, encoding, encoded).catch((cause: unknown) => {
      throw diskError(cause, dirname(scratch))
    })
    await joinMetadata(photo, format, source, encoded, temporary)
  }
}

/**
 * Of a format that stays the same, metadata is joined to the picture afterwards, and only a TIFF's comes with the raster.
 * Where the format changes, the profile does, and the rest is copied.
 */
async function encodePixels(photo: DecodedPhoto, encoding: Encoding, target: string): Promise<void> {
  const { raster, converted } = photo
  const { channels } = raster.shape
  const stored = colourSpace(raster.shape)
  const image = sharp(raster.path, reading)
    .pipelineColourspace(stored)
    .toColourspace(colourSpace({ channels, depth: encoding.bits === 8 ? 8 : 16 }))
  if (encoding.turned) image.autoOrient()
  if (encoding.flattened) image.flatten({ background: '#fff' })
  const sameFormat = encoding.format === photo.encoding.format
  if (sameFormat && encoding.format === 'tiff') image.keepMetadata()
  else if (!sameFormat || converted || encoding.format === 'avif') image.keepIccProfile()
  await encoderOf(image, encoding).toFile(target)
}

/**
 * libvips reads EXIF and writes it anew, and loses text that is not plain ASCII, maker notes and more on the way. So the
 * source's own blocks are put around the new picture instead.
 */
async function joinMetadata(
  { raster, converted }: DecodedPhoto,
  format: Exclude<OutputFormat, 'tiff' | 'avif'>,
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
