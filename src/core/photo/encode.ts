import { dirname, join } from 'node:path'
import { defaultExport, type ExportSettings } from '../../shared/settings'
import { diskError } from '../files/fileErrors'
import { placeFile, type PlaceOptions } from '../files/place'
import type { DecodedPhoto } from './decode'
import { chooseEncoding } from './encoding'
import { codecs } from './formats'
import type { Encoding } from './formats/codec'
import type { Limits } from './limits'
import { withFile, writeParts } from './metadata/parts'
import { copyAllTags, removeLocation } from './metadata/tags'
import { colourSpace } from './raster'
import { openStored } from './reading'

export interface EncodeOptions extends PlaceOptions {
  /** The file that the photo was decoded from. It is only read. */
  source: string
  target: string
  /** A folder for temporary files. */
  scratch: string
  /** What kind of file the result becomes; by default one of the photo's own format. */
  exportSettings?: ExportSettings
  /** What the encoder may ask of the machine. */
  limits?: Limits | undefined
}

/**
 * Writes a photo's raster as a file with the metadata, profile, orientation, alpha and depth of its source. Returns the
 * path, which differs from the target where that name is taken.
 *
 * Throws `disk-full`, `destination-unwritable`, `metadata-unwritable` or what `chooseEncoding` throws.
 */
export async function encodePhoto(photo: DecodedPhoto, options: EncodeOptions): Promise<string> {
  const { source, target, scratch, exportSettings = defaultExport, limits, ...placing } = options
  const { encoding } = chooseEncoding(photo, exportSettings, source, limits)
  const write = async (temporary: string) => {
    await encodeWithMetadata(photo, encoding, { source, target: temporary, scratch })
    if (exportSettings.stripLocation) await removeLocation(source, temporary)
  }
  return placeFile(target, write, placing)
}

async function encodeWithMetadata(
  photo: DecodedPhoto,
  encoding: Encoding,
  { source, target, scratch }: { source: string; target: string; scratch: string },
): Promise<void> {
  const { encoder } = codecs[encoding.format]
  const own = encoding.format === photo.encoding.format ? encoder.ownMetadata : undefined
  switch (own?.way) {
    case 'blocks': {
      const ownProfile = !photo.converted
      const encoded = join(scratch, 'encoded')
      await encodePixels(photo, encoding, encoded, ownProfile ? 'nothing' : 'profile').catch(
        (cause: unknown) => {
          throw diskError(cause, dirname(scratch))
        },
      )
      return withFile(source, (original) =>
        withFile(encoded, async (picture) => {
          const { shape } = photo.raster
          await writeParts(await own.join(original, picture, { shape, ownProfile }), target)
        }),
      )
    }
    case 'kept':
      await encodePixels(photo, encoding, target, 'all')
      return own.copyRest(source, target)
    case undefined: {
      await encodePixels(photo, encoding, target, 'profile')
      // An upright photo's tag is left out too: it says nothing, or nonsense that libtiff would refuse to read again.
      const upright = encoding.turned || photo.orientation === 1
      return copyAllTags(source, target, { hasIptc: encoder.hasIptc, upright })
    }
  }
}

/** `kept`: what of the metadata libvips writes into the file. */
async function encodePixels(
  { raster }: DecodedPhoto,
  encoding: Encoding,
  target: string,
  kept: 'all' | 'profile' | 'nothing',
): Promise<void> {
  const { format, bits, turned, flattened } = encoding
  const { channels } = raster.shape
  const image = openStored(raster.path)
    .pipelineColourspace(colourSpace(raster.shape))
    .toColourspace(colourSpace({ channels, depth: bits === 8 ? 8 : 16 }))
  if (turned) image.autoOrient()
  if (flattened) image.flatten({ background: '#fff' })
  if (kept === 'all') image.keepMetadata()
  if (kept === 'profile') image.keepIccProfile()
  await codecs[format].encoder.encode(image, encoding).toFile(target)
}
