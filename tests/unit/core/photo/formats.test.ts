import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { withScratch } from '../../../../src/core/files/temporary'
import { decodePhoto } from '../../../../src/core/photo/decode'
import { encodePhoto } from '../../../../src/core/photo/encode'
import { chooseEncoding } from '../../../../src/core/photo/encoding'
import { endMetadata } from '../../../../src/core/photo/metadata/tags'
import type { OutputFormat } from '../../../../src/shared/formats'
import type { Note } from '../../../../src/shared/job'
import { defaultExport, type ExportSettings } from '../../../../src/shared/settings'
import { deltaE2000, labOf } from '../../../support/colour'
import { canonExif, withExifBlock } from '../../../support/makerNotes'
import { fixture, picture, samples, smooth } from '../../../support/photos'
import { haveReaders, pixelsOf, profileOf, tagsOf, writeInColours, writeTags } from '../../../support/readers'
import { kinds } from './kinds'
import { withPictures } from './pictures'

// docs/formats.md says what a result keeps of its photo; here each cell of its tables is looked up in real files.

const root = mkdtempSync(join(tmpdir(), 'petrichor-test-formats-'))
afterAll(async () => {
  rmSync(root, { recursive: true, force: true })
  await endMetadata()
})

interface Outcome {
  path: string
  notes: Note[]
}

let count = 0
function convert(source: string, exportSettings: Partial<ExportSettings> = {}): Promise<Outcome> {
  return withScratch(async (scratch) => {
    const settings = { ...defaultExport, ...exportSettings }
    const photo = await decodePhoto(source, scratch, { deep: settings.depth === '16' })
    try {
      const { notes, encoding } = chooseEncoding(photo, settings, source)
      const target = join(root, 'out', `${++count}.${extensions[encoding.format]}`)
      const path = await encodePhoto(photo, { source, target, scratch, exportSettings: settings })
      return { path, notes: [...photo.notes, ...notes] }
    } finally {
      await photo.raster.close()
    }
  })
}

const extensions = { jpeg: 'jpg', png: 'png', tiff: 'tif', webp: 'webp', avif: 'avif' } as const
const outputs = { JPEG: 'jpeg', PNG: 'png', TIFF: 'tiff', WebP: 'webp', AVIF: 'avif' } as const
const file = (name: string) => join(root, name)
const [width, height] = [61, 43]

/** All that a camera, a photographer and an archive write. */
const rich = [
  ['-EXIF:Model=EOS R5', '-ExifIFD:LensModel=RF 50mm', '-ExifIFD:ExposureTime=1/250', '-ExifIFD:FNumber=2.8'],
  ['-ExifIFD:ISO=400', '-ExifIFD:DateTimeOriginal=2024:05:01 10:11:12', '-ExifIFD:OffsetTimeOriginal=+02:00'],
  [
    '-ExifIFD:UserComment=雨の日',
    '-IFD0:Artist=Zoë Müller',
    '-IFD0:Copyright=© Zoë',
    '-IFD0:Software=Camera 1.0',
  ],
  ['-GPS:GPSLatitude=48.1', '-GPS:GPSLatitudeRef=N', '-GPS:GPSLongitude=11.5', '-GPS:GPSLongitudeRef=E'],
  ['-IFD0:Orientation#=6', '-IFD0:XResolution=300', '-IFD0:YResolution=300', '-IFD0:ResolutionUnit=inches'],
  [
    '-XMP-dc:Title=Étude',
    '-XMP-dc:Source=Attic',
    '-XMP-dc:Subject=rain',
    '-XMP-dc:Subject=雨',
    '-XMP-xmp:Rating=4',
  ],
  [
    '-XMP-exif:GPSLatitude=48.1',
    '-XMP-lr:HierarchicalSubject=weather|rain',
    '-XMP-iptcExt:LocationShownCity=Ulm',
  ],
].flat()
const iptc = [
  '-IPTC:CodedCharacterSet=UTF8',
  '-IPTC:Keywords=rain',
  '-IPTC:Keywords=雨',
  '-IPTC:City=München',
]

/** A photo with everything in it, in each format. */
async function writeRich(): Promise<void> {
  mkdirSync(file('out'))
  const soft = picture(smooth(width, height, 3), width, height, 3).withIccProfile('p3')
  const jpeg = await soft.clone().jpeg().toBuffer()
  writeFileSync(file('rich.jpg'), withExifBlock(jpeg, canonExif()))
  await picture(smooth(16, 12, 3), 16, 12, 3)
    .jpeg()
    .toFile(file('thumbnail.jpg'))
  const thumbnail = `-ThumbnailImage<=${file('thumbnail.jpg')}`
  writeTags(file('rich.jpg'), [...rich, ...iptc, thumbnail])
  const copied = ['-TagsFromFile', file('rich.jpg'), '-EXIF:all', '-XMP:all', '-makernotes']
  for (const extension of ['png', 'tif', 'webp', 'avif']) {
    const path = file(`rich.${extension}`)
    if (extension === 'tif') await soft.clone().tiff({ compression: 'lzw' }).toFile(path)
    else if (extension === 'avif') await soft.clone().avif({ quality: 95 }).toFile(path)
    else await soft.clone().toFile(path)
    const hasIptc = extension === 'png' || extension === 'tif'
    writeTags(path, [...copied, ...(hasIptc ? iptc : [])])
    if (extension !== 'tif') writeTags(path, [thumbnail])
  }
}

/** Tags that tell how pixels are packed or where things lie, and what EXIF demands of a whole block. */
const structural =
  /:(ImageWidth|ImageHeight|BitsPerSample|Compression|PhotometricInterpretation|StripOffsets|StripByteCounts|ThumbnailOffset|RowsPerStrip|SamplesPerPixel|PlanarConfiguration|Predictor|SampleFormat|ExifVersion|ComponentsConfiguration|ColorSpace|YCbCrPositioning|FlashpixVersion|XMPToolkit|ExifImageWidth|ExifImageHeight|Orientation|MakerNoteByteOrder)$/

type Tags = Record<string, unknown>
const pick = (tags: Tags, groups: RegExp): Tags =>
  Object.fromEntries(Object.entries(tags).filter(([name]) => groups.test(name) && !structural.test(name)))

/** `same` if all tags of the groups are in both, with equal values. */
function kept(before: Tags, after: Tags, groups: RegExp): string {
  const [a, b] = [pick(before, groups), pick(after, groups)]
  const lost = Object.keys(a).filter((name) => JSON.stringify(a[name]) !== JSON.stringify(b[name]))
  if (lost.length === 0) return Object.keys(a).length > 0 ? 'same' : '–'
  return lost.length === Object.keys(a).length && Object.keys(b).length === 0 ? '–' : `not ${lost.join(', ')}`
}

const exif = /^(IFD0|ExifIFD|GPS):/
const where = /GPS|:City$|Location|:Country|:State$/

function bitsOf(path: string): number {
  const tags = tagsOf(path)
  const found =
    tags['PNG:BitDepth'] ?? tags['IFD0:BitsPerSample'] ?? tags['Meta:ImagePixelDepth'] ?? tags['QuickTime:ImagePixelDepth'] // prettier-ignore
  return Number(String(found ?? tags['File:BitsPerSample'] ?? 8).split(' ')[0])
}

const saying = ({ notes }: Outcome, word: string | number, code: Note['code']) =>
  notes.some((note) => note.code === code) ? `${word}, said` : String(word)

/** Mean difference of samples, of 255. */
function difference(a: Buffer, b: Buffer): number {
  expect(a.length).toBe(b.length)
  let sum = 0
  for (let at = 0; at < a.length; at += 2) sum += Math.abs(a.readUInt16LE(at) - b.readUInt16LE(at))
  return sum / (a.length / 2) / 257
}

function pixelsKept(source: string, { path }: Outcome): string {
  const [before, after] = [pixelsOf(source), pixelsOf(path)]
  if (before.equals(after)) return 'same'
  return difference(before, after) < 1.5 ? 'nearly' : 'not'
}

function orientationOf(source: string, path: string): string {
  const [before, after] = [tagsOf(source)['IFD0:Orientation'], tagsOf(path)['IFD0:Orientation']]
  if (after === before) return 'same'
  const shown = execFileSync('/usr/bin/identify', ['-format', '%w %h', path]).toString()
  // An AVIF's pixels are upright whatever its EXIF says; of others they are stored on their side here.
  const upright = source.endsWith('.avif') ? `${width} ${height}` : `${height} ${width}`
  return after === undefined && shown === upright ? 'upright' : 'lost'
}

function thumbnailOf(before: Tags, after: Tags, absent: string): string {
  const [a, b] = [before['IFD1:ThumbnailLength'], after['IFD1:ThumbnailLength']]
  return b === undefined ? absent : a === b ? 'same' : 'changed'
}

function iptcOf(before: Tags, after: Tags): string {
  const same = kept(before, after, /^IPTC:/)
  if (same === 'same' || before['IPTC:City'] === undefined) return same
  const words = [after['XMP-photoshop:City'], JSON.stringify(after['XMP-dc:Subject'])]
  return words.join() === ['München', '["rain","雨"]'].join() ? 'as XMP' : same
}

/** Without compression loss, other than the source's, in another format than the output. */
async function exactSource(format: OutputFormat, channels: 1 | 3 | 4, depth: 8 | 16): Promise<string> {
  const path = file(`exact-${channels}-${depth}.${format === 'png' ? 'tif' : 'png'}`)
  const soft = smooth(width, height, channels)
  const values = depth === 8 ? soft : Uint16Array.from(soft, (value, at) => value * 257 - (at % 200))
  const image = picture(values, width, height, channels)
  await (format === 'png' ? image.tiff({ compression: 'lzw' }) : image).toFile(path)
  return path
}

async function bitsFrom(
  format: OutputFormat,
  source: string,
  depth: ExportSettings['depth'] = 'source',
): Promise<string> {
  const outcome = await convert(source, { format, depth })
  return saying(outcome, bitsOf(outcome.path), 'depth-reduced')
}

async function pixelsIn(format: OutputFormat): Promise<string> {
  const source = await exactSource(format, 3, 8)
  return pixelsKept(source, await convert(source, { format }))
}

async function greyIn(format: OutputFormat): Promise<string> {
  const source = await exactSource(format, 1, 8)
  const { path } = await convert(source, { format })
  const tags = tagsOf(path)
  const components = tags['File:ColorComponents'] ?? tags['IFD0:SamplesPerPixel']
  if (components === 1 || tags['PNG:ColorType'] === 0) return 'grey'
  const pixels = pixelsOf(path)
  for (let at = 0; at < pixels.length; at += 8) {
    const [red, green, blue] = [0, 2, 4].map((channel) => pixels.readUInt16LE(at + channel)) as [
      number,
      number,
      number,
    ]
    if (Math.max(red, green, blue) - Math.min(red, green, blue) > 2 * 257) return 'coloured'
  }
  return 'as RGB'
}

const alphaOf = (pixels: Buffer) => Buffer.from(pixels.filter((_, at) => at % 8 > 5))

async function transparencyIn(format: OutputFormat): Promise<string> {
  const source = await exactSource(format, 4, 8)
  const outcome = await convert(source, { format })
  const [before, after] = [pixelsOf(source), pixelsOf(outcome.path)]
  if (alphaOf(before).equals(alphaOf(after))) return 'same'
  // AV1 and WebP's lossy mode keep alpha without loss or nearly so; JPEG has none.
  if (!alphaOf(after).every((value) => value === 255)) {
    return difference(alphaOf(before), alphaOf(after)) < 1.5 ? 'same' : 'changed'
  }
  const flat = Buffer.from(before)
  for (let at = 0; at < flat.length; at += 8) {
    const share = flat.readUInt16LE(at + 6) / 65535
    for (const channel of [0, 2, 4]) {
      flat.writeUInt16LE(
        Math.round(flat.readUInt16LE(at + channel) * share + 65535 * (1 - share)),
        at + channel,
      )
    }
    flat.writeUInt16LE(65535, at + 6)
  }
  return difference(flat, after) < 1.5 ? saying(outcome, 'white', 'alpha-flattened') : 'changed'
}

/** How the rows of a table are looked up, by their names. */
type Routing = (format: OutputFormat, outcome: Outcome, source: string) => string | Promise<string>

const metadata: Record<string, Routing> = {
  'colour profile': (_, { path }, source) =>
    profileOf(path).equals(profileOf(source)) && profileOf(path).length > 400 ? 'same' : 'lost',
  EXIF: (_, { path }, source) => kept(tagsOf(source), tagsOf(path), exif),
  'maker notes': (_, { path }, source) => kept(tagsOf(source), tagsOf(path), /^Canon:/),
  XMP: (_, { path }, source) => kept(tagsOf(source), tagsOf(path), /^XMP-/),
  IPTC: (_, { path }, source) => iptcOf(tagsOf(source), tagsOf(path)),
  orientation: (_, { path }, source) => orientationOf(source, path),
}

/** What is left of a place after it was taken out, and whether anything else went or the pixels changed. */
async function placeLeft(source: string, format: OutputFormat): Promise<string> {
  expect(Object.keys(tagsOf(source)).filter((name) => where.test(name)).length).toBeGreaterThan(3)
  const { path } = await convert(source, { format, stripLocation: true })
  const left = Object.keys(tagsOf(path)).filter((name) => where.test(name))
  return left.length === 0 ? 'gone' : left.join(', ')
}

async function restKept(source: string, format: OutputFormat, whole: string): Promise<string> {
  const stripped = await convert(source, { format, stripLocation: true })
  const rest = (of: string) =>
    Object.fromEntries(Object.entries(pick(tagsOf(of), /^(IFD|ExifIFD|Canon|XMP|IPTC|ICC|PNG|JFIF)/)).filter(([name]) => !where.test(name))) // prettier-ignore
  expect(rest(stripped.path)).toEqual(rest(whole))
  return pixelsKept(whole, stripped)
}

const stripping: Record<string, Routing> = {
  'location, stripped': (format, _, source) => placeLeft(source, format),
  'the rest, stripped': (format, { path }, source) => restKept(source, format, path),
}

const ownFormat: Record<string, Routing> = {
  pixels: async (format) => {
    const source = file(`own.${extensions[format]}`)
    const image = picture(smooth(width, height, 3), width, height, 3)
    await image.toFile(source)
    return pixelsKept(source, await convert(source))
  },
  'bits a channel': async (format) => {
    const deep = format === 'png' || format === 'tiff' || format === 'avif'
    const source = file(`bits.${extensions[format]}`)
    const image = picture(samples(width * height * 3, 16), width, height, 3)
    if (format === 'avif') await image.avif({ bitdepth: 10 }).toFile(source)
    else if (format === 'tiff') await image.tiff({ compression: 'lzw' }).toFile(source)
    else await (deep ? image : image.toColourspace('srgb')).toFile(source)
    const { path, notes } = await convert(source)
    expect(notes).toEqual([])
    expect(bitsOf(source)).toBe({ jpeg: 8, webp: 8, avif: 10, png: 16, tiff: 16 }[format])
    return bitsOf(path) === bitsOf(source) ? 'same' : String(bitsOf(path))
  },
  transparency: async (format) => {
    if (format === 'jpeg') return '–'
    const source = file(`alpha.${extensions[format]}`)
    await picture(smooth(width, height, 4), width, height, 4).toFile(source)
    const { path } = await convert(source)
    return difference(alphaOf(pixelsOf(source)), alphaOf(pixelsOf(path))) < 0.5 ? 'same' : 'changed'
  },
  ...metadata,
  'embedded thumbnail': (_, { path }, source) => thumbnailOf(tagsOf(source), tagsOf(path), '–'),
  ...stripping,
}

const otherFormat: Record<string, Routing> = {
  pixels: pixelsIn,
  'bits, of 8': async (format) => bitsFrom(format, await exactSource(format, 3, 8)),
  'bits, of 10': (format) => bitsFrom(format, fixture('deep.heic')),
  'bits, of 16': async (format) => bitsFrom(format, await exactSource(format, 3, 16)),
  'bits, of 8, 16 wished': async (format) => bitsFrom(format, await exactSource(format, 3, 8), '16'),
  'bits, of 16, 8 wished': async (format) => bitsFrom(format, await exactSource(format, 3, 16), '8'),
  grey: greyIn,
  transparency: transparencyIn,
  ...metadata,
  resolution: (format, { path }) => {
    const { 'IFD0:XResolution': perInch, 'PNG-pHYs:PixelsPerUnitX': perMetre } = tagsOf(path)
    return perInch === 300 && perMetre === (format === 'png' ? 11811 : undefined) ? 'same' : 'lost'
  },
  'embedded thumbnail': (_, { path }, source) => thumbnailOf(tagsOf(source), tagsOf(path), 'left out'),
  ...stripping,
  chroma: async (format) => {
    const tags = tagsOf((await convert(await exactSource(format, 3, 8), { format })).path)
    // VP8, the lossy mode of WebP, knows no other.
    if (tags['RIFF:VP8Version'] !== undefined) return '4:2:0'
    const isWhole = tags['File:YCbCrSubSampling'] === '1 1' || tags['QuickTime:ChromaFormat'] === 0
    return isWhole ? '4:4:4' : '–'
  },
  quality: async (format) => {
    const source = fixture('barn-rain.png')
    const [low, high] = [
      await convert(source, { format, quality: 40 }),
      await convert(source, { format, quality: 95 }),
    ]
    const [size, most] = [low, high].map(({ path }) => statSync(path).size) as [number, number]
    const [loss, least] = [low, high].map(({ path }) => difference(pixelsOf(source), pixelsOf(path))) as [
      number,
      number,
    ]
    if (size === most) return loss === 0 ? '–' : 'not'
    return size < most / 2 && loss > 2 * least ? 'obeyed' : 'not'
  },
}

/** The table below a heading of the document: what stands in its columns, and its rows. */
function tableBelow(heading: string): { head: string[]; rows: string[][] } {
  const text = readFileSync(fileURLToPath(new URL('../../../../docs/formats.md', import.meta.url)), 'utf8')
  const lines = text.slice(text.indexOf(`## ${heading}\n`)).split('\n')
  const start = lines.findIndex((line) => line.startsWith('|'))
  const end = lines.findIndex((line, at) => at > start && !line.startsWith('|'))
  const [head, , ...rows] = lines.slice(start, end).map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim())) // prettier-ignore
  return { head: head!, rows }
}

/** Its cells: row, column, what it says. */
function cells(heading: string): [row: string, column: keyof typeof outputs, says: string][] {
  const { head, rows } = tableBelow(heading)
  return rows.flatMap(
    ([row, ...said]) =>
    said.map((word, index): [string, keyof typeof outputs, string] => [row!, head[index + 1] as keyof typeof outputs, word]), // prettier-ignore
  )
}

describe.skipIf(!haveReaders)('docs/formats.md', { timeout: 30_000 }, () => {
  beforeAll(writeRich, 60_000)

  const outcomes = new Map<string, Promise<Outcome>>()
  const once = (key: string, make: () => Promise<Outcome>) => {
    const found = outcomes.get(key) ?? make()
    outcomes.set(key, found)
    return found
  }

  describe('in the photo’s own format', () => {
    const table = cells("Out, in the photo's own format")
    it('has a look for each row', () => {
      expect(new Set(table.map(([row]) => row))).toEqual(new Set(Object.keys(ownFormat)))
    })
    it.each(table)('%s in %s: %s', async (row, column, says) => {
      const format = outputs[column]
      const source = file(`rich.${extensions[format]}`)
      expect(await ownFormat[row]!(format, await once(`own ${format}`, () => convert(source)), source)).toBe(
        says,
      )
    })
  })

  describe('in another format', () => {
    const table = cells('Out, in another format')
    it('has a look for each row', () => {
      expect(new Set(table.map(([row]) => row))).toEqual(new Set(Object.keys(otherFormat)))
    })
    it.each(table)('%s in %s: %s', async (row, column, says) => {
      const format = outputs[column]
      const source = file(format === 'jpeg' ? 'rich.tif' : 'rich.jpg')
      const outcome = await once(format, () => convert(source, { format }))
      expect(await otherFormat[row]!(format, outcome, source)).toBe(says)
    })
  })
})

/** CMYK comes back as sRGB; it is to look as ImageMagick converts it. */
function expectSameColours(source: string, path: string): void {
  writeFileSync(file('srgb.icc'), profileOf(path))
  writeInColours(source, file('srgb.icc'), file('shown.png'))
  const [before, after] = [labOf(file('shown.png')), labOf(path)]
  const sum = before.reduce((sum, colour, at) => sum + deltaE2000(colour, after[at]!), 0)
  expect(sum / before.length).toBeLessThan(1.5)
}

describe.skipIf(!haveReaders)('what docs/formats.md says is read', { timeout: 30_000 }, () => {
  beforeAll(() => mkdirSync(file('out'), { recursive: true }))
  const table = tableBelow('In').rows.map(([format, said]) => [format!, said!.split(', ')] as const)

  it('is what there are files for', () => {
    expect(Object.fromEntries(table)).toEqual(
      Object.fromEntries(Object.entries(kinds).map(([format, own]) => [format, Object.keys(own)])),
    )
  })

  it.each(table.flatMap(([format, said]) => said.map((kind) => [format, kind] as const)))(
    '%s, %s',
    async (format, kind) => {
      const { write, is, most } = kinds[format]![kind]!
      const source = file(
        `kind.${format === 'HEIC' ? 'heic' : extensions[outputs[format as keyof typeof outputs]]}`,
      )
      await write(source)
      expect(is(tagsOf(source))).toBe(true)
      const { path, notes } = await convert(source, { format: 'png' })
      expect(notes.map(({ code }) => code)).toEqual(
        kind === 'CMYK' ? ['cmyk-converted'] : kind === 'of several pages' ? ['first-of-several'] : [],
      )
      const first = kind === 'of several pages' ? `${source}[0]` : source
      if (kind === 'CMYK') expectSameColours(source, path)
      else expect(difference(pixelsOf(first), pixelsOf(path))).toBeLessThanOrEqual(most)
    },
  )
})

describe.skipIf(!haveReaders)('reading', { timeout: 30_000 }, () => {
  beforeAll(() => mkdirSync(file('out'), { recursive: true }))
  const soft = () => picture(smooth(width, height, 3), width, height, 3)

  it('a TIFF of several pages: the first, which is said', async () => {
    await soft().png().toFile(file('one.png'))
    await soft().negate().png().toFile(file('two.png'))
    execFileSync('/usr/bin/convert', [file('one.png'), file('two.png'), file('pages.tif')])
    const { path, notes } = await convert(file('pages.tif'))
    expect(notes.map(({ code }) => code)).toEqual(['first-of-several'])
    expect(notes[0]!.message).toContain('2 pictures')
    expect(pixelsOf(path).equals(pixelsOf(file('one.png')))).toBe(true)
  })

  it('a moving WebP: its first picture, which is said', async () => {
    const frames = await Promise.all([soft().png().toBuffer(), soft().negate().png().toBuffer()])
    await sharp(frames, { join: { animated: true } })
      .webp({ lossless: true })
      .toFile(file('moving.webp'))
    const { path, notes } = await convert(file('moving.webp'), { format: 'png' })
    expect(notes.map(({ code }) => code)).toEqual(['first-of-several'])
    await soft().png().toFile(file('one.png'))
    expect(difference(pixelsOf(path), pixelsOf(file('one.png')))).toBe(0)
  })

  it.each(['source', '16'] as const)(
    'CMYK of 16 bits, which is said to become 8, where depth is wished as %s',
    async (depth) => {
      await soft()
        .toColourspace('cmyk')
        .withIccProfile('cmyk')
        .tiff({ compression: 'none' })
        .toFile(file('print.tif'))
      execFileSync('/usr/bin/convert', [file('print.tif'), '-depth', '16', file('print16.tif')])
      expect(tagsOf(file('print16.tif'))).toMatchObject({ 'IFD0:BitsPerSample': '16 16 16 16' })
      const { path, notes } = await convert(file('print16.tif'), { depth })
      expect(notes.map(({ code }) => code)).toEqual(['cmyk-converted', 'depth-reduced'])
      expect(bitsOf(path)).toBe(depth === '16' ? 16 : 8)
      expectSameColours(file('print16.tif'), path)
    },
  )

  it('a JPEG with pictures behind its photo: the first, which is said, and without their index', async () => {
    const [photo, preview] = [await soft().jpeg().toBuffer(), await soft().resize(16).jpeg().toBuffer()]
    writeFileSync(file('several.jpg'), withPictures(photo, [preview, preview]))
    expect(tagsOf(file('several.jpg'))).toMatchObject({
      'MPF0:NumberOfImages': 3,
      'MPImage2:MPImageLength': preview.length,
    })
    for (const format of ['source', 'png'] as const) {
      const { path, notes } = await convert(file('several.jpg'), { format })
      expect(notes.map(({ code }) => code)).toEqual(['first-of-several'])
      expect(notes[0]!.message).toContain('3 pictures')
      expect(Object.keys(tagsOf(path)).filter((name) => /^MP/.test(name))).toEqual([])
      expect(difference(pixelsOf(file('several.jpg')), pixelsOf(path))).toBeLessThan(1)
    }
  })

  it.each([8, 10, 12] as const)('an AVIF of %i bits, which keeps them', async (bitdepth) => {
    const ramp = Uint16Array.from({ length: 256 * 3 }, (_, at) => 20000 + 128 * Math.floor(at / 3))
    const source = file(`${bitdepth}.avif`)
    await picture(ramp, 256, 1, 3).avif({ bitdepth, quality: 100, chromaSubsampling: '4:4:4' }).toFile(source)
    const { path } = await convert(source, { quality: 100 })
    expect(bitsOf(path)).toBe(bitdepth)
    // Debian's ImageMagick reads 8 bits of an AVIF, so here libvips must count.
    const deep = sharp(path).pipelineColourspace('rgb16').toColourspace('rgb16').extractChannel(0)
    const red = await deep.raw({ depth: 'ushort' }).toBuffer()
    const steps = new Set(new Uint16Array(new Uint8Array(red).buffer)).size
    // 256 steps of 128 of 65,536: a half in 8 bits, two in 10, eight in 12.
    if (bitdepth === 8) expect(steps).toBeLessThan(140)
    else expect(steps).toBeGreaterThan(200)
  })

  it('a HEIC with the transparency that was put into it', async () => {
    const { path } = await convert(fixture('alpha.heic'), { format: 'png' })
    const alpha = alphaOf(pixelsOf(path))
    for (let x = 0; x < 64; x++) expect(Math.abs(alpha.readUInt16LE(x * 2) / 257 - x * 4)).toBeLessThan(3)
  })

  it('a HEIC of 10 bits with all its steps', async () => {
    const { path } = await convert(fixture('deep.heic'), { format: 'tiff' })
    expect(bitsOf(path)).toBe(16)
    const red = pixelsOf(path).filter((_, at) => at % 8 < 2)
    expect(new Set(new Uint16Array(new Uint8Array(red).buffer)).size).toBeGreaterThan(60)
  })

  it('a HEIC as its phone meant it: upright, with its profile and where it was taken', async () => {
    copyFileSync(fixture('phone.heic'), file('IMG_0001.HEIC'))
    const { path, notes } = await convert(file('IMG_0001.HEIC'))
    expect(path).toMatch(/\.jpg$/)
    expect(notes.map(({ code }) => code)).toEqual(['format-replaced'])
    expect(execFileSync('/usr/bin/identify', ['-format', '%m %w %h', path]).toString()).toBe('JPEG 48 64')
    const tags = tagsOf(path)
    expect(tags).toMatchObject({ 'IFD0:Model': 'Phone 1', 'GPS:GPSLatitude': expect.closeTo(48.133, 2) })
    expect(tags['IFD0:Orientation'] ?? 1).toBe(1)
    expect(profileOf(path).equals(profileOf(file('IMG_0001.HEIC')))).toBe(true)
  })
})

describe.skipIf(!haveReaders)('a result with finer steps than its photo', () => {
  it('starts from the same values, so that white stays white', async () => {
    mkdirSync(file('out'), { recursive: true })
    await picture(samples(300 * 3), 300, 1, 3)
      .png()
      .toFile(file('eight.png'))
    for (const format of ['png', 'tiff'] as const) {
      const { path } = await convert(file('eight.png'), { format, depth: '16' })
      expect(bitsOf(path)).toBe(16)
      expect(pixelsOf(path).equals(pixelsOf(file('eight.png')))).toBe(true)
    }
  })
})

describe('a format that cannot hold the photo', () => {
  it('is refused, and others are named', async () => {
    mkdirSync(file('out'), { recursive: true })
    await sharp({ create: { width: 16_500, height: 2, channels: 3, background: '#345' } }).png().toFile(file('wide.png')) // prettier-ignore
    for (const format of ['webp', 'avif'] as const) {
      await expect(convert(file('wide.png'), { format })).rejects.toMatchObject({
        code: 'image-too-large',
        detail: expect.stringContaining('PNG'),
      })
    }
    await convert(file('wide.png'), { format: 'jpeg' })
  })
})
