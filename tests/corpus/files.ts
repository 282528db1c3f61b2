/**
 * Files that mean harm or were harmed: each is written by code, the same every time. `outcomes` says how a restoration must
 * end: `restored`, or an error's code. Only where noise hit a file, what libvips makes of it decides among several.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs'
import { crc32, deflateSync, gzipSync } from 'node:zlib'
import sharp from 'sharp'
import type { ErrorCode } from '../../src/shared/errors'
import { canonExif, withExifBlock } from '../support/makerNotes'
import { fixture, picture, smooth } from '../support/photos'

export type Outcome = 'restored' | ErrorCode

export interface HostileFile {
  /** The name of the file, and what is wrong with it where that does not say. */
  name: string
  what: string
  write: (path: string) => void
  outcomes: Outcome[]
}

const [width, height] = [96, 72]
const soft = (channels: 1 | 3 | 4 = 3) => picture(smooth(width, height, channels), width, height, channels)

/** A sound file of each kind. */
async function soundFiles(): Promise<Record<string, Buffer>> {
  return {
    'baseline.jpg': await soft().jpeg().toBuffer(),
    'progressive.jpg': await soft().jpeg({ progressive: true }).toBuffer(),
    'plain.png': await soft().png().toBuffer(),
    'interlaced.png': await soft().png({ progressive: true }).toBuffer(),
    'strips.tif': await soft().tiff({ compression: 'lzw' }).toBuffer(),
    'tiles.tif': await soft().tiff({ compression: 'deflate', tile: true, tileWidth: 32, tileHeight: 32 }).toBuffer(), // prettier-ignore
    'lossy.webp': await soft().webp().toBuffer(),
    'lossless.webp': await soft().webp({ lossless: true }).toBuffer(),
    'photo.avif': await soft().avif({ effort: 0 }).toBuffer(),
    'phone.heic': readFileSync(fixture('phone.heic')),
  }
}

export async function hostileFiles(): Promise<HostileFile[]> {
  const sound = await soundFiles()
  return [
    ...truncated(sound),
    ...overwritten(sound),
    ...misnamed(sound),
    ...(await bombs()),
    ...(await oddSizes()),
    ...(await oddInside(sound)),
    ...foreign(),
    ...noFiles(),
    ...oddNames(sound),
  ]
}

const bytes = (
  name: string,
  what: string,
  content: Buffer | string,
  ...outcomes: Outcome[]
): HostileFile => ({
  name,
  what,
  outcomes,
  write: (path) => writeFileSync(path, content),
})

/** How many bytes it takes to tell that a file calls itself a photo. */
const telling: Record<string, number> = { jpg: 3, png: 6, tif: 4, webp: 12, avif: 11, heic: 11 }

/** Cut at every kind of place: within the first bytes, the headers, the pixels, and just before the end. */
function truncated(sound: Record<string, Buffer>): HostileFile[] {
  return Object.entries(sound).flatMap(([name, whole]) => {
    const kind = name.split('.')[1]!
    const places = [1, 3, 11, 40, ...[0.2, 0.5, 0.8, 0.95].map((share) => Math.floor(whole.length * share))]
    const outcomeOf = (length: number): Outcome => {
      if (length < telling[kind]!) return 'not-an-image'
      // All pixels of a PNG lie before its last chunk, which holds nothing.
      return kind === 'png' && length === whole.length - 1 ? 'restored' : 'damaged-image'
    }
    return [...places, whole.length - 1].map((length) =>
      bytes(
        `${length}-${name}`,
        `${name}, cut after ${length} bytes`,
        whole.subarray(0, length),
        outcomeOf(length),
      ),
    )
  })
}

/** A few bytes of noise at places that a fixed generator chooses. */
function overwritten(sound: Record<string, Buffer>): HostileFile[] {
  let state = 99
  const random = (below: number) => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) % below
  return Object.entries(sound).flatMap(([name, whole]) =>
    [1, 2, 3, 4, 5, 6].map((seed) => {
      const harmed = Buffer.from(whole)
      for (let times = 0; times < 4 * seed; times++) harmed[12 + random(harmed.length - 12)] = random(256)
      return bytes(
        `noise${seed}-${name}`,
        `${name} with ${4 * seed} bytes of noise`,
        harmed,
        'restored',
        'damaged-image',
        'unsupported-format',
      )
    }),
  )
}

function misnamed(sound: Record<string, Buffer>): HostileFile[] {
  const names = ['png.jpg', 'jpg.png', 'tif.webp', 'webp.tif', 'avif.jpg', 'heic.png', 'jpg.heic', 'png.avif']
  return names.map((name) => {
    const kind = name.split('.')[0]!
    const [, content] = Object.entries(sound).find(([one]) => one.endsWith(`.${kind}`))!
    return bytes(name, `a ${kind} with another extension`, content, 'restored')
  })
}

/** A PNG with a header of one's own, checksums right. */
function png(
  ihdr: { width: number; height: number; depth?: number; colour?: number },
  ...chunks: [string, Buffer][]
): Buffer {
  // prettier-ignore
  const head = Buffer.alloc(13)
  head.writeUInt32BE(ihdr.width, 0)
  head.writeUInt32BE(ihdr.height, 4)
  head[8] = ihdr.depth ?? 8
  head[9] = ihdr.colour ?? 2
  const all: [string, Buffer][] = [['IHDR', head], ...chunks, ['IEND', Buffer.alloc(0)]]
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...all.flatMap(([type, content]) => {
      const length = Buffer.alloc(4)
      length.writeUInt32BE(content.length)
      const body = Buffer.concat([Buffer.from(type, 'latin1'), content])
      const sum = Buffer.alloc(4)
      sum.writeUInt32BE(crc32(body))
      return [length, body, sum]
    }),
  ])
}

const rows = (width: number, height: number, channels = 3) =>
  deflateSync(Buffer.alloc(height * (width * channels + 1)))

/** A small TIFF: little endian, its entries as [tag, type, count, value]; pixels of zeros at 8. */
function tiff(entries: [number, number, number, number][], next = 0, pixels = 12): Buffer {
  const start = 8 + pixels
  const file = Buffer.alloc(start + 2 + entries.length * 12 + 4)
  file.write('II*\0', 'latin1')
  file.writeUInt32LE(start, 4)
  file.writeUInt16LE(entries.length, start)
  entries.forEach(([tag, type, count, value], index) => {
    const at = start + 2 + index * 12
    file.writeUInt16LE(tag, at)
    file.writeUInt16LE(type, at + 2)
    file.writeUInt32LE(count, at + 4)
    file.writeUInt32LE(value, at + 8)
  })
  file.writeUInt32LE(next, start + 2 + entries.length * 12)
  return file
}

const tiffEntries = (
  changes: Record<number, [number, number, number]> = {},
): [number, number, number, number][] =>
  Object.entries({
    256: [3, 1, 2],
    257: [3, 1, 2],
    258: [3, 1, 8],
    259: [3, 1, 1],
    262: [3, 1, 1],
    273: [4, 1, 8],
    277: [3, 1, 1],
    278: [3, 1, 2],
    279: [4, 1, 4],
    ...changes,
  } as Record<number, [number, number, number]>).map(([tag, entry]) => [Number(tag), ...entry])

/** Replace what a JPEG claims of its size. */
function resized(jpeg: Buffer, claimedWidth: number, claimedHeight: number): Buffer {
  const file = Buffer.from(jpeg)
  const at = [0xc0, 0xc2].map((type) => file.indexOf(Buffer.from([0xff, type]))).find((place) => place > 0)!
  file.writeUInt16BE(claimedHeight, at + 5)
  file.writeUInt16BE(claimedWidth, at + 7)
  return file
}

/** Little on the disk, much in memory. */
async function bombs(): Promise<HostileFile[]> {
  const jpeg = await soft().jpeg().toBuffer()
  const webp = await soft().webp({ lossless: true }).toBuffer()
  const avif = Buffer.from(await soft().avif({ effort: 0 }).toBuffer())
  const extent = avif.indexOf('ispe') + 8
  avif.writeUInt32BE(100_000, extent)
  avif.writeUInt32BE(100_000, extent + 4)
  const wideWebp = Buffer.from(webp)
  wideWebp.writeUInt32LE((wideWebp.readUInt32LE(21) & 0xf0000000) | 0x0fffffff, 21)
  const zeros = Buffer.alloc(64 << 20)
  const text = Buffer.concat([Buffer.from('Comment\0\0', 'latin1'), deflateSync(zeros)])
  const profile = Buffer.concat([Buffer.from('icc\0\0', 'latin1'), deflateSync(zeros)])
  const pixels: [string, Buffer] = ['IDAT', rows(8, 8)]
  const deflated = deflateSync(Buffer.alloc(8000 * 8000))
  return [
    bytes('huge.png', 'a PNG that claims 60,000 pixels a side', png({ width: 60_000, height: 60_000 }, pixels), 'image-too-large'), // prettier-ignore
    bytes('zeros.png', 'a PNG of 64 megapixels of zeros in 200 kB', png({ width: 8000, height: 8000, colour: 0 }, ['IDAT', deflateSync(Buffer.alloc(8000 * 8001))]), 'image-too-large'), // prettier-ignore
    bytes('most.png', 'a PNG that claims 2^31-1 pixels a side', png({ width: 2 ** 31 - 1, height: 2 ** 31 - 1 }, pixels), 'damaged-image'), // prettier-ignore
    bytes('beyond.png', 'a PNG that claims 2^32-1 pixels a side', png({ width: 2 ** 32 - 1, height: 2 ** 32 - 1 }, pixels), 'damaged-image'), // prettier-ignore
    bytes('text.png', 'a PNG with 64 MB of text in 60 kB', png({ width: 8, height: 8 }, ['zTXt', text], pixels), 'restored'), // prettier-ignore
    bytes('profile.png', 'a PNG with a profile of 64 MB in 60 kB', png({ width: 8, height: 8 }, ['iCCP', profile], pixels), 'restored'), // prettier-ignore
    bytes('pixels.png', 'a PNG with more pixels than it claims', png({ width: 8, height: 8 }, ['IDAT', rows(4000, 4000)]), 'restored'), // prettier-ignore
    bytes('huge.jpg', 'a JPEG that claims 65,500 pixels a side', resized(jpeg, 65_500, 65_500), 'image-too-large'), // prettier-ignore
    bytes('larger.jpg', 'a JPEG that claims ten times its pixels', resized(jpeg, 960, 720), 'restored'),
    bytes('huge.webp', 'a WebP that claims 16,384 pixels a side', wideWebp, 'damaged-image'),
    bytes('huge.avif', 'an AVIF that claims 100,000 pixels a side', avif, 'image-too-large'),
    bytes('huge.tif', 'a TIFF that claims 4 billion pixels a side', tiff(tiffEntries({ 256: [4, 1, 0xffffffff], 257: [4, 1, 0xffffffff] })), 'damaged-image'), // prettier-ignore
    bytes('wide.tif', 'a TIFF that claims 100,000 pixels a side', tiff(tiffEntries({ 256: [4, 1, 100_000], 257: [4, 1, 100_000] })), 'image-too-large'), // prettier-ignore
    bytes('strips.tif', 'a TIFF with a billion strips', tiff(tiffEntries({ 273: [4, 1_000_000_000, 8], 279: [4, 1_000_000_000, 8] })), 'damaged-image'), // prettier-ignore
    bytes('samples.tif', 'a TIFF of 65,535 samples a pixel', tiff(tiffEntries({ 277: [3, 1, 65_535] })), 'damaged-image'), // prettier-ignore
    bytes('zip.png', 'a ZIP that is called PNG', Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), gzipSync(zeros)]), 'not-an-image'), // prettier-ignore
    bytes('deflated.tif', 'a TIFF of one strip that unpacks to 64 MB', tiff(tiffEntries({ 259: [3, 1, 8], 273: [4, 1, 8], 279: [4, 1, deflated.length] }), 0, deflated.length), 'damaged-image'), // prettier-ignore
    bytes('laughs.svg', 'an SVG of a billion laughs', `<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a "ha">${'bcdefghij'.split('').map((name, index) => `<!ENTITY ${name} "${`&${'abcdefghi'[index]};`.repeat(10)}">`).join('')}]><svg xmlns="http://www.w3.org/2000/svg"><text>&j;</text></svg>`, 'unsupported-format'), // prettier-ignore
  ]
}

async function oddSizes(): Promise<HostileFile[]> {
  const one = (w: number, h: number) => picture(smooth(w, h, 3), w, h, 3)
  const files: HostileFile[] = []
  for (const [w, h] of [
    [1, 1],
    [1, 3000],
    [3000, 1],
    [2, 7],
  ] as const) {
    // prettier-ignore
    for (const format of ['jpeg', 'png', 'tiff', 'webp', 'avif'] as const) {
      const content = await one(w, h).toFormat(format, format === 'avif' ? { effort: 0 } : {}).toBuffer()
      files.push(bytes(`${w}x${h}.${format}`, `${format} of ${w} × ${h} pixels`, content, 'restored'))
    }
  }
  return [
    ...files,
    bytes('0x0.png', 'a PNG without pixels', png({ width: 0, height: 0 }, ['IDAT', rows(0, 0)]), 'damaged-image'), // prettier-ignore
    bytes(
      '8x0.png',
      'a PNG without rows',
      png({ width: 8, height: 0 }, ['IDAT', rows(8, 0)]),
      'damaged-image',
    ),
    bytes('0x0.jpg', 'a JPEG without pixels', resized(await soft().jpeg().toBuffer(), 0, 0), 'damaged-image'),
    bytes('0x0.tif', 'a TIFF without pixels', tiff(tiffEntries({ 256: [3, 1, 0], 257: [3, 1, 0] })), 'damaged-image'), // prettier-ignore
  ]
}

const segment = (type: number, content: Buffer) => {
  const head = Buffer.from([0xff, type, 0, 0])
  head.writeUInt16BE(content.length + 2, 2)
  return Buffer.concat([head, content])
}
const withSegments = (jpeg: Buffer, ...segments: Buffer[]) =>
  Buffer.concat([jpeg.subarray(0, 2), ...segments, jpeg.subarray(2)])
const profileSegment = (profile: Buffer, number = 1, of = 1) =>
  segment(0xe2, Buffer.concat([Buffer.from('ICC_PROFILE\0', 'latin1'), Buffer.from([number, of]), profile]))
const pictureIndex = (content: Buffer) =>
  segment(0xe2, Buffer.concat([Buffer.from('MPF\0', 'latin1'), content]))
const xmpSegment = (text: string) =>
  segment(0xe1, Buffer.from(`http://ns.adobe.com/xap/1.0/\0${text}`, 'latin1'))

/** Sound pixels with broken things around them: profiles, EXIF, XMP, IPTC, chunks and directories. */
async function oddInside(sound: Record<string, Buffer>): Promise<HostileFile[]> {
  const jpeg = sound['baseline.jpg']!
  const noise = Buffer.from(smooth(30, 30, 1))
  const cmykProfile = (await sharp(await soft().toColourspace('cmyk').withIccProfile('cmyk').tiff().toBuffer()).metadata()).icc! // prettier-ignore
  const p3 = (await sharp(await soft().withIccProfile('p3').png().toBuffer()).metadata()).icc!
  const loop = canonExif()
  loop.writeUInt32LE(8, 8 + 2 + 12 + 8) // The EXIF directory is the first again.
  const pixels: [string, Buffer] = ['IDAT', rows(8, 8)]
  const eight = { width: 8, height: 8 }
  const badCrc = png(eight, pixels)
  badCrc.writeUInt32BE(0, 29)
  const oriented = await soft().withMetadata({ orientation: 1 }).jpeg().toBuffer()
  const entry = oriented.indexOf(Buffer.from([0x12, 0x01, 0x03, 0x00]))
  if (entry > 0) oriented.writeUInt16LE(99, entry + 8)
  const nextIsItself = tiff(tiffEntries(), 20)
  const webpExif = (content: Buffer) => {
    const extended = Buffer.alloc(18)
    extended.write('VP8X', 'latin1')
    extended.writeUInt32LE(10, 4)
    extended[8] = 0x08
    extended.writeUIntLE(width - 1, 12, 3)
    extended.writeUIntLE(height - 1, 15, 3)
    const padding = Buffer.alloc(content.length % 2)
    const chunk = Buffer.concat([Buffer.from('EXIF\0\0\0\0', 'latin1'), content, padding])
    chunk.writeUInt32LE(content.length, 4)
    const body = Buffer.concat([extended, sound['lossy.webp']!.subarray(12), chunk])
    const riff = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1')
    riff.writeUInt32LE(body.length + 4, 4)
    return Buffer.concat([riff, body])
  }
  const tail = Buffer.alloc(16 << 20)
  const fine = 'restored'
  return [
    bytes('icc-noise.jpg', 'a profile of noise', withSegments(jpeg, profileSegment(noise)), fine),
    bytes('icc-cut.jpg', 'half a profile', withSegments(jpeg, profileSegment(p3.subarray(0, 200))), fine),
    bytes('icc-parts.jpg', 'the second of three parts of a profile', withSegments(jpeg, profileSegment(p3, 2, 3)), fine), // prettier-ignore
    bytes('icc-print.jpg', 'a profile for print on a photo of light', withSegments(jpeg, ...Array.from({ length: Math.ceil(cmykProfile.length / 60_000) }, (_, at) => profileSegment(cmykProfile.subarray(at * 60_000, (at + 1) * 60_000), at + 1, Math.ceil(cmykProfile.length / 60_000)))), fine), // prettier-ignore
    bytes('icc-empty.jpg', 'an empty profile', withSegments(jpeg, profileSegment(Buffer.alloc(0))), fine),
    bytes('exif-noise.jpg', 'EXIF of noise', withExifBlock(jpeg, noise), fine),
    bytes('exif-empty.jpg', 'empty EXIF', withExifBlock(jpeg, Buffer.alloc(0)), fine),
    bytes('exif-loop.jpg', 'EXIF whose directories are a loop', withExifBlock(jpeg, loop), fine),
    bytes('exif-beyond.jpg', 'EXIF whose directory lies outside', withExifBlock(jpeg, Buffer.from('II*\0\xff\xff\xff\x7f', 'latin1')), fine), // prettier-ignore
    bytes('exif-large.jpg', 'EXIF of 64 kB', withExifBlock(jpeg, Buffer.concat([canonExif(), Buffer.alloc(65_000)])), fine), // prettier-ignore
    bytes('exif-twice.jpg', 'EXIF twice', withExifBlock(withExifBlock(jpeg, canonExif()), canonExif()), fine),
    bytes('orientation.jpg', 'orientation 99', oriented, fine),
    bytes('xmp-broken.jpg', 'XMP that is no XML', withSegments(jpeg, xmpSegment('<x:xmpmeta <<<&')), fine),
    bytes('xmp-entities.jpg', 'XMP with an entity that names a file', withSegments(jpeg, xmpSegment('<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><x>&a;</x>')), fine), // prettier-ignore
    bytes('iptc-noise.jpg', 'IPTC of noise', withSegments(jpeg, segment(0xed, Buffer.concat([Buffer.from('Photoshop 3.0\0', 'latin1'), noise]))), fine), // prettier-ignore
    bytes('comments.jpg', 'two hundred comments', withSegments(jpeg, ...Array.from({ length: 200 }, () => segment(0xfe, noise))), fine), // prettier-ignore
    bytes(
      'after.jpg',
      'a megabyte of noise after the end',
      Buffer.concat([jpeg, Buffer.alloc(1 << 20, 7)]),
      fine,
    ),
    bytes('after.png', '16 MB of zeros after the end', Buffer.concat([sound['plain.png']!, tail]), fine),
    bytes('after.webp', '16 MB of zeros after the end', Buffer.concat([sound['lossy.webp']!, tail]), fine),
    bytes('segments.jpg', 'half a million empty segments', withSegments(jpeg, Buffer.alloc(2 << 20, '\xff\xe3\0\x02', 'latin1')), fine), // prettier-ignore
    bytes('mpf-noise.jpg', 'an index of pictures of noise', withSegments(jpeg, pictureIndex(noise)), fine),
    bytes('mpf-beyond.jpg', 'an index of pictures that lies outside', withSegments(jpeg, pictureIndex(Buffer.from('II*\0\xff\xff\xff\xff', 'latin1'))), fine), // prettier-ignore
    bytes('before.jpg', 'junk before the start', Buffer.concat([Buffer.from('junk'), jpeg]), 'not-an-image'),
    bytes('tables.jpg', 'a JPEG without its tables', without(jpeg, 0xc4), 'restored'),
    bytes('quantised.jpg', 'a JPEG without its quantisation', without(jpeg, 0xdb), 'damaged-image'),
    bytes('scan.jpg', 'a JPEG without its scan', jpeg.subarray(0, jpeg.indexOf(Buffer.from([0xff, 0xda]))), 'damaged-image'), // prettier-ignore
    bytes('adobe.jpg', 'colours that are called CMYK and are not', withSegments(jpeg, segment(0xee, Buffer.from('Adobe\0\x64\0\0\0\0\x02', 'latin1'))), 'restored'), // prettier-ignore
    bytes('crc.png', 'a wrong checksum of the header', badCrc, 'damaged-image'),
    bytes('end.png', 'a PNG without its end', png(eight, pixels).subarray(0, -12), 'restored'),
    bytes('palette.png', 'a palette PNG without its palette', png({ ...eight, colour: 3 }, ['IDAT', rows(8, 8, 1)]), 'damaged-image'), // prettier-ignore
    bytes('order.png', 'pixels before the palette', png({ ...eight, colour: 3 }, ['IDAT', rows(8, 8, 1)], ['PLTE', Buffer.alloc(6)]), 'damaged-image'), // prettier-ignore
    bytes('depth.png', 'three bits a channel', png({ ...eight, depth: 3 }, pixels), 'damaged-image'),
    bytes('colour.png', 'colour type 9', png({ ...eight, colour: 9 }, pixels), 'damaged-image'),
    bytes('nothing.png', 'a PNG without pixels', png(eight), 'damaged-image'),
    bytes('deflate.png', 'pixels that do not unpack', png(eight, ['IDAT', noise]), 'damaged-image'),
    bytes('few.png', 'fewer pixels than it claims', png(eight, ['IDAT', rows(8, 3)]), 'damaged-image'),
    bytes('iccp.png', 'a profile that does not unpack', png(eight, ['iCCP', Buffer.concat([Buffer.from('x\0\0', 'latin1'), noise])], pixels), 'restored'), // prettier-ignore
    bytes('exif.png', 'EXIF of noise in a PNG', png(eight, ['eXIf', noise], pixels), 'restored'),
    bytes('density.png', 'no pixels a metre', png(eight, ['pHYs', Buffer.alloc(9)], pixels), 'restored'),
    bytes(
      'chunk.png',
      'a chunk that nobody knows and must',
      png(eight, ['ABCD', noise], pixels),
      'damaged-image',
    ),
    bytes('self.tif', 'a TIFF whose next page is itself', nextIsItself, 'restored'),
    bytes('offset.tif', 'a TIFF whose pixels lie outside', tiff(tiffEntries({ 273: [4, 1, 1_000_000] })), 'damaged-image'), // prettier-ignore
    bytes('directory.tif', 'a TIFF whose directory lies outside', Buffer.from('II*\0\xff\xff\xff\x7f', 'latin1'), 'damaged-image'), // prettier-ignore
    bytes('compressed.tif', 'a TIFF compressed in a way that is not known', tiff(tiffEntries({ 259: [3, 1, 999] })), 'unsupported-format'), // prettier-ignore
    bytes('bits.tif', 'a TIFF of 7 bits', tiff(tiffEntries({ 258: [3, 1, 7] })), 'unsupported-format'), // prettier-ignore
    bytes('float.tif', 'a TIFF of broken numbers', tiff(tiffEntries({ 258: [3, 1, 32], 339: [3, 1, 3] })), 'unsupported-format'), // prettier-ignore
    bytes('empty.tif', 'a TIFF without entries', tiff([]), 'damaged-image'),
    bytes('exif.webp', 'EXIF of noise in a WebP', webpExif(noise), 'restored'),
    bytes('loop.webp', 'EXIF in a loop in a WebP', webpExif(loop), 'restored'),
    bytes(
      'icc-print.tif',
      'a profile of noise in a TIFF',
      tiff([...tiffEntries(), [34675, 7, 12, 8]]),
      'restored',
    ),
    bytes('boxes.heic', 'a HEIC whose boxes say that they are endless', endless(sound['phone.heic']!), 'damaged-image'), // prettier-ignore
    bytes('boxes.avif', 'an AVIF whose boxes say that they are endless', endless(sound['photo.avif']!), 'damaged-image'), // prettier-ignore
    bytes(
      'brand.heic',
      'only the first box of a HEIC',
      sound['phone.heic']!.subarray(0, 24),
      'damaged-image',
    ),
  ]
}

/** A JPEG without its segments of a type. */
function without(jpeg: Buffer, type: number): Buffer {
  const parts = [jpeg.subarray(0, 2)]
  let at = 2
  while (jpeg[at] === 0xff && jpeg[at + 1] !== 0xda) {
    const end = at + 2 + jpeg.readUInt16BE(at + 2)
    if (jpeg[at + 1] !== type) parts.push(jpeg.subarray(at, end))
    at = end
  }
  return Buffer.concat([...parts, jpeg.subarray(at)])
}

function endless(file: Buffer): Buffer {
  const harmed = Buffer.from(file)
  const second = harmed.readUInt32BE(0)
  harmed.writeUInt32BE(0xffffffff, second)
  return harmed
}

/** Things that are no photos, whatever they are called. */
function foreign(): HostileFile[] {
  const refused = 'unsupported-format'
  const none = 'not-an-image'
  return [
    bytes('empty.jpg', 'nothing', '', none),
    bytes('one.jpg', 'one byte', '\xff', none),
    bytes('diary.jpg', 'a text', 'Dear diary, it rained again.\n', none),
    bytes('page.jpg', 'a web page', '<!doctype html><title>404</title>', none),
    bytes('zeros.jpg', 'zeros', Buffer.alloc(100_000), none),
    bytes('letters.png', 'sixty thousand letters', 'x'.repeat(60_000), none),
    bytes('program.jpg', 'a program', readFileSync(process.execPath).subarray(0, 100_000), none),
    bytes('film.jpg', 'a film', Buffer.from('\0\0\0\x18ftypmp42\0\0\0\0mp42isom', 'latin1'), 'not-an-image'),
    bytes(
      'drawing.svg',
      'a drawing',
      '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      refused,
    ),
    bytes('entity.svg', 'a drawing that names a file', '<?xml version="1.0"?><!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg xmlns="http://www.w3.org/2000/svg"><text>&a;</text></svg>', 'unsupported-format'), // prettier-ignore
    bytes('moving.gif', 'a GIF', 'GIF89a\x01\0\x01\0\x80\0\0\0\0\0\xff\xff\xff!\xf9\x04\x01\0\0\0\0,\0\0\0\0\x01\0\x01\0\0\x02\x02D\x01\0;', refused), // prettier-ignore
    bytes('paper.jpg', 'a PDF', '%PDF-1.7\n%%EOF', refused),
    bytes('layers.jpg', 'a Photoshop document', Buffer.concat([Buffer.from('8BPS\0\x01', 'latin1'), Buffer.alloc(40)]), refused), // prettier-ignore
    bytes('new.jpg', 'a JPEG XL', Buffer.from('\xff\x0a\x7f\x80', 'latin1'), refused),
    bytes('old.bmp', 'a BMP', Buffer.concat([Buffer.from('BM', 'latin1'), Buffer.alloc(60)]), refused),
    bytes('film.exr', 'an OpenEXR', Buffer.from('v/1\x01\x02\0\0\0', 'latin1'), refused),
    bytes('grey.pgm', 'a PNM', 'P5 2 2 255\n1234', refused),
    bytes('light.hdr', 'a Radiance HDR', '#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n1234', refused),
    bytes('nikon.nef', 'a Nikon RAW', tiff(tiffEntries()), refused),
    bytes('canon.cr2', 'a Canon RAW', Buffer.from('II*\0\x10\0\0\0CR\x02\0', 'latin1'), refused),
    bytes(
      'canon.cr3',
      'a newer Canon RAW',
      Buffer.from('\0\0\0\x18ftypcrx \0\0\0\x01crx isom', 'latin1'),
      refused,
    ),
    bytes('minolta.mrw', 'a Minolta RAW', '\0MRM\0\0\x80\0\0PRD\0\0\0\x18', refused),
    bytes('fuji.raf', 'a Fujifilm RAW', 'FUJIFILMCCD-RAW 0201FF383501X-T3', refused),
    bytes('pixels.v', 'a file of libvips', Buffer.concat([Buffer.from([0xb6, 0xa6, 0xf2, 0x08]), Buffer.alloc(60)]), 'unsupported-format'), // prettier-ignore
  ]
}

/** What has a photo's name and is no file. */
function noFiles(): HostileFile[] {
  const made = (name: string, what: string, write: HostileFile['write'], ...outcomes: Outcome[]): HostileFile => ({ name, what, write, outcomes }) // prettier-ignore
  const files = [
    made('gone.jpg', 'nothing at all', () => undefined, 'not-found'),
    made('folder.jpg', 'a folder', (path) => mkdirSync(path), 'not-an-image'),
    made('loop.jpg', 'a link to itself', (path) => symlinkSync(path, path), 'unreadable'),
    made('ring.jpg', 'two links to each other', (path) => { symlinkSync(path, `${path}.link`); symlinkSync(`${path}.link`, path) }, 'unreadable'), // prettier-ignore
    made('dangling.jpg', 'a link to nothing', (path) => symlinkSync('/nowhere/photo.jpg', path), 'not-found'),
    made('to-folder.jpg', 'a link to a folder', (path) => symlinkSync('/tmp', path), 'not-an-image'),
  ]
  if (process.platform === 'win32') return files
  return [
    ...files,
    made(
      'pipe.jpg',
      'a pipe that nobody writes to',
      (path) => execFileSync('mkfifo', [path]),
      'not-an-image',
    ),
    made('zero.jpg', 'a device without end', (path) => symlinkSync('/dev/zero', path), 'not-an-image'),
    made('null.jpg', 'a device without content', (path) => symlinkSync('/dev/null', path), 'not-an-image'),
  ]
}

/** Sound photos whose names are anything but. Each format takes its metadata another way. */
function oddNames(sound: Record<string, Buffer>): HostileFile[] {
  const names = [
    ...['🌧☔️.jpg', '雨.tif', 'Ärger mit ß.avif', 'e\u0301te\u0301.png', '\u202egpj.exe.jpg', '\u200b.webp'],
    ...[
      'two\nlines.tif',
      'tab\there.avif',
      'bell\u0007.jpg',
      '\u001b[31mred.png',
      '-overwrite_original.tif',
      '--out.jpg',
    ],
    ...[
      '%d%f.tif',
      '$(reboot).avif',
      '`id`.tif',
      "it's.avif",
      '"quoted".tif',
      'a;b&c|d.jpg',
      '#comment.tif',
      '@.avif',
    ],
    ...[
      ' .jpg',
      '  spaces  .tif',
      '.hidden.jpg',
      '..png',
      '...jpg',
      'no extension',
      'CON.jpg',
      'back\\slash.tif',
    ],
    ...[
      `${'x'.repeat(251)}.jpg`,
      `${'x'.repeat(251)}.tif`,
      `${'雨'.repeat(83)}.avif`,
      `${'🌧'.repeat(62)}.heic`,
    ],
    ...['*.jpg', '?.tif', '[a-z].png', '~.jpg', 'C:.jpg', 'http:.jpg', 'photo.jpg.part'],
  ]
  return [...new Set(names)].map((name) => {
    const extension = /\.(\w+)$/.exec(name)?.[1] ?? 'jpg'
    const found = Object.entries(sound).find(([one]) => one.endsWith(`.${extension}`)) ?? [
      '',
      sound['baseline.jpg']!,
    ]
    return bytes(name, 'a sound photo', found[1], 'restored')
  })
}
