/**
 * The file formats of photos: the plain facts that every process needs. How each format is read, limited and written
 * stands in `core/photo/formats`, one file a format.
 */

/** What can be known of a format without reading a file. */
interface FormatFacts {
  /** Its name for people. */
  name: string
  /** Of its files, without the dot and in lower case; results that need a new extension get the first. */
  extensions: readonly [string, ...string[]]
  /** Whether results can be written in it. */
  isWritten: boolean
  /** Whether its encoder loses detail by a quality that can be chosen. */
  hasQuality: boolean
  /** Whether results can have 8 or 16 bits a channel by choice; otherwise the format and the photo decide. */
  hasDepthChoice: boolean
}

const lossy = { isWritten: true, hasQuality: true, hasDepthChoice: false } as const
const lossless = { isWritten: true, hasQuality: false, hasDepthChoice: true } as const
const readOnly = { isWritten: false, hasQuality: false, hasDepthChoice: false } as const

export const formats = {
  jpeg: { name: 'JPEG', extensions: ['jpg', 'jpeg', 'jpe'], ...lossy },
  png: { name: 'PNG', extensions: ['png'], ...lossless },
  tiff: { name: 'TIFF', extensions: ['tif', 'tiff'], ...lossless },
  webp: { name: 'WebP', extensions: ['webp'], ...lossy },
  avif: { name: 'AVIF', extensions: ['avif'], ...lossy },
  heic: { name: 'HEIC', extensions: ['heic', 'heif', 'hif'], ...readOnly },
} as const satisfies Record<string, FormatFacts>

export type Format = keyof typeof formats
/** A format that results can be written in. */
export type OutputFormat = {
  [F in Format]: (typeof formats)[F]['isWritten'] extends true ? F : never
}[Format]

export const formatIds = Object.keys(formats) as [Format, ...Format[]]
export const outputFormatIds = formatIds.filter(isOutputFormat) as [OutputFormat, ...OutputFormat[]]

function isOutputFormat(format: Format): format is OutputFormat {
  return formats[format].isWritten
}

/** The format of results whose photos have one that cannot be written. */
const replacementFormat: OutputFormat = 'jpeg'

/** The format of a photo's result unless another one is chosen. */
export function writtenFormat(format: Format): OutputFormat {
  return isOutputFormat(format) ? format : replacementFormat
}

/** Whether a quality can be chosen for results in a format; `source` may turn out to be one of those. */
export function hasQuality(format: OutputFormat | 'source'): boolean {
  return format === 'source' || formats[format].hasQuality
}

/** Whether 8 or 16 bits a channel can be chosen for results in a format; `source` may turn out to be one of those. */
export function hasDepthChoice(format: OutputFormat | 'source'): boolean {
  return format === 'source' || formats[format].hasDepthChoice
}

/** The format that an extension (without its dot, in any case) stands for. */
export function formatByExtension(extension: string): Format | undefined {
  const lower = extension.toLowerCase()
  return formatIds.find((id) => (formats[id].extensions as readonly string[]).includes(lower))
}

/** Every extension of a photo, without its dot, as file dialogs want them. */
export const photoExtensions: string[] = formatIds.flatMap((id) => formats[id].extensions)

/** What a format is called where a person reads it; the id in capitals for one that is not among `formats`. */
export function formatName(format: string): string {
  return formatIds.includes(format as Format) ? formats[format as Format].name : format.toUpperCase()
}

/** The names of formats as a sentence lists them: `JPEG, PNG or TIFF`. */
export function listFormats(ids: readonly Format[], conjunction: 'and' | 'or'): string {
  const names = ids.map((id) => formats[id].name)
  const last = names.pop() ?? ''
  return names.length === 0 ? last : `${names.join(', ')} ${conjunction} ${last}`
}
