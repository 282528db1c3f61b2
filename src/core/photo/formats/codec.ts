import type { FileHandle } from 'node:fs/promises'
import type { Metadata, Sharp } from 'sharp'
import type { Format, OutputFormat } from '../../../shared/formats'
import type { Part } from '../metadata/parts'
import type { RasterShape } from '../raster'

/** How the file of a photo stores its pixels. */
export interface SourceEncoding {
  format: Format
  /** Keeps every pixel exactly. */
  lossless: boolean
  /** Bits a channel in the file, 1 to 16; of CMYK, which is converted with 8, never more than those. */
  bits: number
}

/** How the file of a result stores its pixels. */
export interface Encoding {
  format: OutputFormat
  /** Keeps every pixel exactly, as the photo's own file of this format does. */
  lossless: boolean
  /** 1..100, in formats that have a quality. */
  quality: number
  /** Bits a channel. */
  bits: 8 | 10 | 12 | 16
  /** Transparency is replaced by white, because the format has none. */
  flattened: boolean
  /** The pixels are turned upright, because readers of the format do not look at EXIF for that. */
  turned: boolean
}

/**
 * What there is to know of a file format in order to read, limit and write it. Each has a file of its own here; its
 * plain facts, such as its name, stand in `shared/formats`. What is left out is as in most formats.
 */
export interface Codec {
  /** How its files start, their bytes taken as Latin-1, even if nothing sensible follows. */
  signature: RegExp
  /** Whether libvips, by what it says of a file's head, means this format. */
  matches: (head: VipsFormat) => boolean
  /**
   * Whether its files have transformations of their own: decoders apply them, and readers do not look at the
   * orientation in EXIF.
   */
  turnsItself: boolean
  /** Whether a file keeps every pixel exactly. */
  isLossless: boolean | ((path: string) => Promise<boolean>)
  /** How many pictures a file holds, where libvips' count of pages does not tell. */
  countPictures?: (path: string) => Promise<number>
  /** Whether a file is stored without colour, where libvips does not tell. */
  isGrey?: (path: string) => Promise<boolean>
  /** Opens a file that libvips cannot decode: its pixels upright, without its profile. */
  decode?: (path: string) => Promise<Sharp>
  /**
   * Memory that decoding holds, in terms of the size of the pixels: 1.2 to 1.5 times what was measured on 24 megapixels
   * (HEIC: 12). Left out where files are always read in strips.
   */
  heldByDecoder?: (head: Pick<Metadata, 'isProgressive'>) => number
  /** Type of its files for a browser, where that shows them by itself and as we would. */
  browserType?: string
  /** Left out where files cannot be written. */
  encoder?: Encoder
}

/** What libvips calls a file's format. */
export type VipsFormat = Partial<Pick<Metadata, 'format' | 'compression'>>

export interface Encoder {
  /** The most pixels a side that a file can have. */
  longestSide: number
  /** Bits a channel that a file can have, the fewest first. */
  bits: readonly Encoding['bits'][]
  hasAlpha: boolean
  /** Packs an image at the quality that a photographer keeps: without chroma subsampling, or without loss. */
  encode: (image: Sharp, encoding: Encoding) => Sharp
  /**
   * Memory that encoding holds, in terms of the size of the pixels as the encoder gets them, always in colour: 1.05 to
   * 1.5 times what was measured on noise of 6 to 48 megapixels (docs/measurements/restoring.md). Left out where files are written
   * in strips.
   */
  heldByEncoder?: (encoding: Encoding) => number
  /** Whether a file has a place for IPTC; otherwise XMP takes it. */
  hasIptc: boolean
  /** How metadata comes from a photo of this same format. Left out: tag by tag, as from a photo of another format. */
  ownMetadata?: OwnMetadata
}

export type OwnMetadata =
  /**
   * The photo's blocks of metadata are put around the new picture, to the byte: libvips reads EXIF and writes it anew,
   * and loses text that is not plain ASCII, maker notes and more on the way.
   */
  | {
      way: 'blocks'
      join: (
        source: FileHandle,
        encoded: FileHandle,
        photo: { shape: RasterShape; ownProfile: boolean },
      ) => Promise<Part[]>
    }
  /** libvips keeps what it can, and the rest is copied afterwards. */
  | { way: 'kept'; copyRest: (source: string, target: string) => Promise<void> }

export type WritableCodec = Codec & { encoder: Encoder }
