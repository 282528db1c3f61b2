/** A file of each kind that docs/formats.md says is read, and by what ExifTool tells that it is one. */
import { execFileSync } from 'node:child_process'
import { copyFileSync, rmSync } from 'node:fs'
import type { Sharp } from 'sharp'
import { fixture, picture, samples, smooth } from '../../../support/photos'

export interface Kind {
  write: (path: string) => Promise<unknown>
  is: (tags: Record<string, unknown>) => boolean
  /** How far two decoders may lie apart on average, of 255; none where the format is without loss. */
  most: number
}

const [width, height] = [61, 43]
const soft = (channels: 1 | 3 | 4 = 3) => picture(smooth(width, height, channels), width, height, channels)
const deep = () => picture(samples(width * height * 3, 16), width, height, 3)
const print = () => soft().toColourspace('cmyk').withIccProfile('cmyk')

const kind = (image: () => Sharp, is: Kind['is'], most = 0): Kind => ({
  write: (path) => image().toFile(path),
  is,
  most,
})

/** Written by ImageMagick, from a picture and by its arguments. */
const magick = (args: string[], is: Kind['is'], most = 0, image = soft): Kind => ({
  is,
  most,
  write: async (path) => {
    await image().png().toFile(`${path}.png`)
    execFileSync('/usr/bin/convert', [`${path}.png`, ...args, path])
    rmSync(`${path}.png`)
  },
})

const copied = (name: string, is: Kind['is'], most = 1): Kind => ({
  is,
  most,
  write: async (path) => copyFileSync(fixture(name), path),
})

const tag =
  (name: string, value: unknown): Kind['is'] =>
  (tags) =>
    tags[name] === value

const shallowPng = (bits: number) =>
  magick(['-depth', `${bits}`, '-define', `png:bit-depth=${bits}`], tag('PNG:BitDepth', bits), 0, () =>
    soft(1),
  )

const soft16 = () =>
  picture(
    Uint16Array.from(smooth(width, height, 3), (value) => value * 257),
    width,
    height,
    3,
  )
const avif = (bitdepth: 8 | 10 | 12) =>
  kind(
    () => soft16().avif({ bitdepth, quality: 100 }),
    tag('QuickTime:ImagePixelDepth', Array(3).fill(bitdepth).join(' ')),
    1,
  )

/** By the names of formats and kinds in the document. */
export const kinds: Record<string, Record<string, Kind>> = {
  JPEG: {
    baseline: kind(() => soft().jpeg(), tag('File:EncodingProcess', 0), 1),
    progressive: kind(() => soft().jpeg({ progressive: true }), tag('File:EncodingProcess', 2), 1),
    grey: kind(() => soft(1).jpeg(), tag('File:ColorComponents', 1), 1),
    CMYK: kind(() => print().jpeg(), tag('File:ColorComponents', 4)),
    '4:4:4': kind(() => soft().jpeg({ chromaSubsampling: '4:4:4' }), tag('File:YCbCrSubSampling', '1 1'), 1),
    // The two decoders widen the colour of few samples in ways of their own.
    '4:2:2': magick(['-sampling-factor', '2x1,1x1,1x1'], tag('File:YCbCrSubSampling', '2 1'), 2),
    '4:2:0': kind(() => soft().jpeg({ chromaSubsampling: '4:2:0' }), tag('File:YCbCrSubSampling', '2 2'), 2),
    '4:1:1': magick(['-sampling-factor', '4x1,1x1,1x1'], tag('File:YCbCrSubSampling', '4 1'), 2),
  },
  PNG: {
    '1 bit': shallowPng(1),
    '2 bit': shallowPng(2),
    '4 bit': shallowPng(4),
    '8 bit': kind(() => soft().png(), tag('PNG:BitDepth', 8)),
    '16 bit': kind(() => deep().png(), tag('PNG:BitDepth', 16)),
    grey: kind(() => soft(1).png(), tag('PNG:ColorType', 0)),
    palette: kind(() => soft().png({ palette: true }), tag('PNG:ColorType', 3)),
    transparent: kind(() => soft(4).png(), tag('PNG:ColorType', 6)),
    interlaced: kind(() => soft().png({ progressive: true }), tag('PNG:Interlace', 1)),
  },
  TIFF: {
    '1 bit': magick(['-monochrome', '-compress', 'Group4'], tag('IFD0:BitsPerSample', 1)),
    '8 bit': kind(() => soft().tiff({ compression: 'lzw' }), tag('IFD0:BitsPerSample', '8 8 8')),
    '16 bit': kind(() => deep().tiff({ compression: 'lzw' }), tag('IFD0:BitsPerSample', '16 16 16')),
    grey: kind(() => soft(1).tiff({ compression: 'lzw' }), tag('IFD0:SamplesPerPixel', 1)),
    CMYK: kind(() => print().tiff({ compression: 'lzw' }), tag('IFD0:PhotometricInterpretation', 5)),
    transparent: kind(() => soft(4).tiff({ compression: 'lzw' }), tag('IFD0:ExtraSamples', 2)),
    uncompressed: kind(() => soft().tiff({ compression: 'none' }), tag('IFD0:Compression', 1)),
    LZW: kind(() => soft().tiff({ compression: 'lzw' }), tag('IFD0:Compression', 5)),
    ZIP: magick(['-compress', 'zip'], tag('IFD0:Compression', 8)),
    tiled: kind(
      () => soft().tiff({ compression: 'lzw', tile: true, tileWidth: 32, tileHeight: 32 }),
      tag('IFD0:TileWidth', 32),
    ),
    'of several pages': magick(['(', '+clone', '-negate', ')'], tag('IFD1:ImageWidth', width)),
  },
  WebP: {
    lossy: kind(() => soft().webp(), tag('RIFF:VP8Version', 0), 1),
    lossless: kind(() => soft().webp({ lossless: true }), tag('RIFF:VP8Version', undefined)),
    transparent: kind(() => soft(4).webp(), tag('RIFF:WebP_Flags', 16), 1),
  },
  AVIF: {
    '8 bit': avif(8),
    '10 bit': avif(10),
    '12 bit': avif(12),
    // Neither libvips nor ImageMagick writes one: Pillow 13 made it, by subsampling="4:0:0".
    grey: copied('grey.avif', tag('QuickTime:ChromaFormat', 7)),
    transparent: kind(
      () => soft(4).avif(),
      tag('QuickTime:AuxiliaryImageType', 'urn:mpeg:mpegB:cicp:systems:auxiliary:alpha'),
      1,
    ),
  },
  HEIC: {
    '8 bit': copied('phone.heic', tag('QuickTime:BitDepthLuma', 8)),
    '10 bit': copied('deep.heic', tag('QuickTime:BitDepthLuma', 10)),
    grey: copied('grey.heic', tag('QuickTime:ChromaFormat', 0)),
    transparent: copied('alpha.heic', tag('QuickTime:AuxiliaryImageType', 'urn:mpeg:hevc:2015:auxid:1')),
    turned: copied('phone.heic', tag('QuickTime:Rotation', 270)),
  },
}
