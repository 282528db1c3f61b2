import { type Format, formatIds, type OutputFormat } from '../../../shared/formats'
import { bytesAt, withFile } from '../metadata/parts'
import { avif } from './avif'
import type { Codec, VipsFormat, WritableCodec } from './codec'
import { heic } from './heic'
import { jpeg } from './jpeg'
import { png } from './png'
import { tiff } from './tiff'
import { webp } from './webp'

type Codecs = { readonly [F in Format]: F extends OutputFormat ? WritableCodec : Codec }

/** The codec of each format in `shared/formats`; those that are said to be written there have an encoder. */
export const codecs: Codecs = { jpeg, png, tiff, webp, avif, heic }

/** The format of a file by what libvips found in its first bytes; undefined for formats that are not restored. */
export function formatOf(head: VipsFormat): Format | undefined {
  return formatIds.find((id) => codecs[id].matches(head))
}

/** Whether a file starts as those of our formats do, even if nothing sensible follows. */
export async function startsAsPhoto(path: string): Promise<boolean> {
  const start = (await withFile(path, (file) => bytesAt(file, 0, 12))).toString('latin1')
  return formatIds.some((id) => codecs[id].signature.test(start))
}
