import { basename } from 'node:path'
import { PetrichorError } from '../../shared/errors'
import {
  formats,
  hasDepthChoice,
  listFormats,
  type OutputFormat,
  outputFormatIds,
  writtenFormat,
} from '../../shared/formats'
import type { Note } from '../../shared/job'
import type { ExportSettings } from '../../shared/settings'
import type { DecodedPhoto } from './decode'
import { codecs } from './formats'
import type { Encoding } from './formats/codec'
import { checkEncoder, defaultLimits, type Limits } from './limits'

/**
 * Decides how a photo's result is packed, by what was asked for and what the format can hold: a lossless WebP stays
 * lossless unless it becomes another format, and depth and transparency are lost only where there is no room for them,
 * which the notes say.
 *
 * Throws `image-too-large` for more pixels a side than the format can have, or where its encoder would hold too much.
 */
export function chooseEncoding(
  photo: DecodedPhoto,
  exportSettings: ExportSettings,
  source: string,
  limits: Limits = defaultLimits,
): { encoding: Encoding; notes: Note[] } {
  const name = basename(source)
  const { shape } = photo.raster
  const own = photo.encoding
  const format = exportSettings.format === 'source' ? writtenFormat(own.format) : exportSettings.format
  checkSides(name, Math.max(shape.width, shape.height), format)

  const { turnsItself, encoder } = codecs[format]
  const encoding: Encoding = {
    format,
    lossless: own.lossless && own.format === format,
    quality: exportSettings.quality,
    bits: chooseBits(format, own.bits, exportSettings.depth),
    flattened: !encoder.hasAlpha && shape.channels % 2 === 0,
    turned: turnsItself && photo.orientation > 1,
  }
  checkEncoder(name, shape, encoding, limits)
  return { encoding, notes: notesOn(encoding, photo, exportSettings) }
}

/** Whether a result may have finer steps than its photo, which then must be decoded to 16 bits. */
export function isDeepened({ format, depth }: ExportSettings): boolean {
  return depth === '16' && hasDepthChoice(format)
}

function checkSides(name: string, side: number, format: OutputFormat): void {
  const longest = (id: OutputFormat) => codecs[id].encoder.longestSide
  if (side <= longest(format)) return
  const wider = outputFormatIds.filter((id) => longest(id) >= side)
  throw new PetrichorError(
    'image-too-large',
    `“${name}” has more than the ${longest(format)} pixels a side that ${formats[format].name} can hold.`,
    `Export it as ${listFormats(wider, 'or')}.`,
  )
}

/**
 * Bits as chosen where the format leaves a choice, else the fewest that hold the photo's own, or all that there are.
 */
function chooseBits(format: OutputFormat, own: number, chosen: ExportSettings['depth']): Encoding['bits'] {
  if (chosen !== 'source' && hasDepthChoice(format)) return chosen === '8' ? 8 : 16
  const { bits } = codecs[format].encoder
  return bits.find((held) => held >= own) ?? bits.at(-1)!
}

function notesOn({ format, bits, flattened }: Encoding, photo: DecodedPhoto, asked: ExportSettings): Note[] {
  const { name } = formats[format]
  const own = photo.encoding
  const notes: Note[] = []
  if (asked.format === 'source' && format !== own.format) {
    const message = `${formats[own.format].name} cannot be written; it became ${name}.`
    notes.push({ code: 'format-replaced', message })
  }
  const wasAsked = asked.depth === '8' && hasDepthChoice(format)
  if (bits < own.bits && !wasAsked) {
    const message = `${own.bits} bits a channel became ${bits}, because ${name} has no more.`
    notes.push({ code: 'depth-reduced', message })
  }
  if (flattened) {
    const message = `Transparent parts became white, because ${name} has none.`
    notes.push({ code: 'alpha-flattened', message })
  }
  return notes
}
