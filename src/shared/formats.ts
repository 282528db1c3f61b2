/**
 * The file formats of photos: the plain facts that every side needs. How each is decoded, encoded and limited stands in
 * `core/photo/formats`, one file a format.
 */

/** What can be known of a format without reading a file. */
interface FormatFacts {
  /** What it is called where a person reads it. */
  name: string
  /** Of its files, without the dot and in lower case; results that need a new extension get the first. */
  extensions: readonly [string, ...string[]]
  /** Whether results can be written in it. */
  isWritten: boolean
  /** Whether its encoder loses detail by a quality that can be chosen. */
  hasQuality: boolean
  /** Bits a channel that can be chosen for a result; one means that there is no choice. */
  depths: readonly number[]
}

export const formats = {
  jpeg: { name: 'JPEG', extensions: ['jpg', 'jpeg', 'jpe'], isWritten: true, hasQuality: true, depths: [8] },
  png: { name: 'PNG', extensions: ['png'], isWritten: true, hasQuality: false, depths: [8, 16] },
  tiff: { name: 'TIFF', extensions: ['tif', 'tiff'], isWritten: true, hasQuality: false, depths: [8, 16] },
  webp: { name: 'WebP', extensions: ['webp'], isWritten: true, hasQuality: true, depths: [8] },
  // Its depth follows the photo's, up to 12 bits.
  avif: { name: 'AVIF', extensions: ['avif'], isWritten: true, hasQuality: true, depths: [12] },
  // There is no free encoder for HEVC.
  heic: {
    name: 'HEIC',
    extensions: ['heic', 'heif', 'hif'],
    isWritten: false,
    hasQuality: false,
    depths: [],
  },
} as const satisfies Record<string, FormatFacts>

export type Format = keyof typeof formats
/** A format that results can be written in. */
export type OutputFormat = {
  [F in Format]: (typeof formats)[F]['isWritten'] extends true ? F : never
}[Format]

export const formatIds = Object.keys(formats) as [Format, ...Format[]]
export const outputFormatIds = formatIds.filter((id) => formats[id].isWritten) as [
  OutputFormat,
  ...OutputFormat[],
]

/** What results become whose photos have a format that cannot be written. */
export const replacementFormat: OutputFormat = 'jpeg'

/** Whether a result in this format can have a quality chosen; `source` may turn out to be one that can. */
export function hasQuality(format: OutputFormat | 'source'): boolean {
  return format === 'source' || formats[format].hasQuality
}

/**
 * Whether a result in this format can have 8 or 16 bits a channel as chosen; `source` may turn out to be one that can.
 */
export function hasDepthChoice(format: OutputFormat | 'source'): boolean {
  return format === 'source' || formats[format].depths.length > 1
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

/** Formats by their names, as a sentence lists them: `JPEG, PNG or TIFF`. */
export function listFormats(ids: readonly Format[], conjunction: 'and' | 'or'): string {
  const names = ids.map((id) => formats[id].name)
  return `${names.slice(0, -1).join(', ')} ${conjunction} ${names.at(-1)}`
}
