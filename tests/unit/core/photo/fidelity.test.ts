import { execFileSync } from 'node:child_process'
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  renameSync,
  statSync,
  utimesSync,
  writeFileSync,
} from 'node:fs'
import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { Restorer } from '../../../../src/core/restore/restorer'
import type { Note } from '../../../../src/shared/job'
import { defaultExport, defaultSettings, type ExportSettings } from '../../../../src/shared/settings'
import { deltaE2000, labOf } from '../../../support/colour'
import { temporaryFolder } from '../../../support/folder'
import { canonExif, withExifBlock } from '../../../support/makerNotes'
import { modelFixtures } from '../../../support/models'
import { picture, samples, smooth } from '../../../support/photos'
import {
  hashOf,
  haveReaders,
  layoutOf,
  pixelsOf,
  profileOf,
  tagDifferences,
  tagsOf,
  writeInColours,
  writeTags,
} from '../../../support/readers'
import { tiffOf } from '../../../support/tiff'

const folder = temporaryFolder()
const bundled = fileURLToPath(new URL('../../../../resources/models', import.meta.url))
const restorer = new Restorer([modelFixtures, bundled])
afterAll(() => restorer.close())

/** By a model that would change every pixel, were it not for the strength of 0. */
const untouched = { model: 'brighten', tasks: {}, strength: 0 }

async function restored(
  source: string,
  target: string,
  settings = untouched,
  exportSettings: Partial<ExportSettings> = {},
): Promise<{ output: string; notes: Note[] }> {
  return restorer.restore({
    id: 'job',
    source,
    output: target,
    purpose: 'batch',
    settings,
    export: { ...defaultExport, ...exportSettings },
    state: 'running',
    order: 1,
  })
}

const roundTrip = async (source: string, target: string) => (await restored(source, target)).output

const [width, height] = [61, 43]
const noise = (channels: 1 | 2 | 3 | 4, depth: 8 | 16 = 8) =>
  picture(samples(width * height * channels, depth), width, height, channels)
const soft = (channels: 1 | 2 | 3 | 4) => picture(smooth(width, height, channels), width, height, channels)

const lossless: Record<string, Sharp> = {
  'rgb.png': noise(3).png(),
  'rgb16.png': noise(3, 16).png(),
  'interlaced.png': noise(3).png({ progressive: true }),
  'grey.png': noise(1).png(),
  'grey16.png': noise(1, 16).png(),
  'grey-alpha.png': noise(2).png(),
  'grey-alpha16.png': noise(2, 16).png(),
  'rgba.png': noise(4).png(),
  'rgba16.png': noise(4, 16).png(),
  'palette.png': soft(3).png({ palette: true, colours: 64 }),
  'palette-alpha.png': soft(4).png({ palette: true, colours: 64 }),
  'rgb.tif': noise(3).tiff({ compression: 'none' }),
  'lzw.tif': noise(3).tiff({ compression: 'lzw' }),
  'deflate.tif': noise(3).tiff({ compression: 'deflate' }),
  'tiled.tif': noise(3).tiff({ compression: 'lzw', tile: true, tileWidth: 32, tileHeight: 32 }),
  'rgb16-lzw.tif': noise(3, 16).tiff({ compression: 'lzw' }),
  'rgb16-deflate.tif': noise(3, 16).tiff({ compression: 'deflate', predictor: 'horizontal' }),
  'rgba16.tif': noise(4, 16).tiff({ compression: 'lzw' }),
  'grey.tif': noise(1).tiff({ compression: 'lzw' }),
  'grey16.tif': noise(1, 16).tiff({ compression: 'lzw' }),
}

const lossy: Record<string, Sharp> = {
  'rgb.jpg': soft(3).jpeg({ quality: 95 }),
  'progressive.jpg': soft(3).jpeg({ quality: 95, progressive: true }),
  'grey.jpg': soft(1).jpeg({ quality: 95 }),
  'rgb.webp': soft(3).webp({ quality: 95 }),
  'rgba.webp': soft(4).webp({ quality: 95 }),
  'rgb.avif': soft(3).avif({ quality: 95 }),
  'rgba.avif': soft(4).avif({ quality: 95 }),
}

describe.skipIf(!haveReaders)('a photo that nothing was done to', { timeout: 30_000 }, () => {
  it.each(Object.keys(lossless))('comes back with the same pixels, depth and channels: %s', async (name) => {
    const source = folder(name)
    await lossless[name]!.toFile(source)
    const target = await roundTrip(source, folder('out', name))
    expect(layoutOf(target)).toBe(layoutOf(source))
    expect(pixelsOf(target).equals(pixelsOf(source))).toBe(true)
  })

  it.each([3, 4] as const)(
    'comes back with the same pixels from a lossless WebP of %s channels',
    async (channels) => {
      const source = folder('photo.webp')
      await noise(channels).webp({ lossless: true, exact: true }).toFile(source)
      const target = await roundTrip(source, folder('out.webp'))
      expect(pixelsOf(target).equals(pixelsOf(source))).toBe(true)
      expect(layoutOf(target)).toBe(layoutOf(source))
    },
  )

  it.each(Object.keys(lossy))('comes back nearly the same where the format is lossy: %s', async (name) => {
    const source = folder(name)
    await lossy[name]!.toFile(source)
    const target = await roundTrip(source, folder('out', name))
    expect(layoutOf(target)).toBe(layoutOf(source))
    const [before, after] = [pixelsOf(source), pixelsOf(target)]
    expect(after.length).toBe(before.length)
    let sum = 0
    for (let at = 0; at < before.length; at += 2)
      sum += Math.abs(before.readUInt16LE(at) - after.readUInt16LE(at))
    expect(sum / (before.length / 2) / 257).toBeLessThan(1)
  })

  it.each(['jpg', 'tif'])('comes back as sRGB where it was CMYK, looking the same: %s', async (extension) => {
    const source = folder(`print.${extension}`)
    await soft(3).toColourspace('cmyk').withIccProfile('cmyk').toFile(source)
    const target = await roundTrip(source, folder(`out.${extension}`))
    expect(layoutOf(target)).toBe('8 srgb')
    expect(tagsOf(target)['ICC_Profile:ProfileDescription']).toBe('sRGB')
    writeFileSync(folder('srgb.icc'), profileOf(target))
    writeInColours(source, folder('srgb.icc'), folder('shown.png'))
    const [before, after] = [labOf(folder('shown.png')), labOf(target)]
    const sum = before.reduce((sum, colour, at) => sum + deltaE2000(colour, after[at]!), 0)
    expect(sum / before.length).toBeLessThan(1.5)
  })

  it('keeps the steps of a smooth 16-bit ramp', async () => {
    const ramp = Uint16Array.from({ length: 4096 * 3 }, (_, at) => 20000 + Math.floor(at / 3))
    await picture(ramp, 4096, 1, 3).png().toFile(folder('ramp.png'))
    const target = await roundTrip(folder('ramp.png'), folder('out.png'))
    expect(new Set(samplesOf(target)).size).toBe(4097)
  })
})

const samplesOf = (path: string) => new Uint16Array(new Uint8Array(pixelsOf(path)).buffer)

describe.skipIf(!haveReaders)(
  'a smooth 16-bit ramp that the bundled model restored',
  { timeout: 60_000 },
  () => {
    const [wide, high] = [512, 64]
    // In 8 bits it would stand still for 16 pixels, and then leap by 257.
    const ramp = Array.from({ length: wide }, (_, x) => 24_000 + 16 * x)

    /** Of a picture all of whose rows are as given, the red of the middle row after it was restored. */
    async function rowRestored(row: number[], name: string): Promise<number[]> {
      const pixels = Uint16Array.from({ length: wide * high * 3 }, (_, at) => row[Math.floor(at / 3) % wide]!)
      const image = picture(pixels, wide, high, 3)
      await (name.endsWith('tif') ? image.tiff({ compression: 'lzw' }) : image).toFile(folder(name))
      const { output } = await restored(folder(name), folder('out', name), defaultSettings)
      expect(layoutOf(output)).toBe('16 srgb')
      const after = samplesOf(output)
      return row.map((_, x) => after[((high / 2) * wide + x) * 4]!)
    }

    it.each(['png', 'tif'])('has no 8-bit steps: %s', async (extension) => {
      const row = await rowRestored(ramp, `ramp.${extension}`)
      const share = (holds: (value: number, x: number) => boolean) => row.filter(holds).length / wide
      expect(share((value, x) => value === ramp[x])).toBeLessThan(0.1)
      expect(share((value) => value % 257 === 0)).toBeLessThan(0.1)
      expect(share((value, x) => value === row[x - 1])).toBeLessThan(0.1)
      expect(new Set(row).size / wide).toBeGreaterThan(0.5)
    })

    it('was shown to the model with all its steps', async () => {
      const stepped = ramp.map((value) => Math.round(value / 257) * 257)
      const [fine, coarse] = [await rowRestored(ramp, 'fine.png'), await rowRestored(stepped, 'coarse.png')]
      // What lies between the steps comes back in the difference of the two results: 0.6 of it, for the model smooths
      // some of the steps away. Nothing would come back if it were shown 8 bits.
      const between = ramp.map((value, x) => value - stepped[x]!)
      const product = (a: number[], b: number[]) => a.reduce((sum, value, x) => sum + value * b[x]!, 0)
      const found = fine.map((value, x) => value - coarse[x]!)
      expect(product(between, found) / product(between, between)).toBeGreaterThan(0.4)
    })
  },
)

/** What a camera, a photographer and an archive write, accents and other scripts among it. */
const rich = [
  ['-EXIF:Make=Canon', '-EXIF:Model=EOS R5', '-ExifIFD:LensModel=RF 50mm', '-ExifIFD:ExposureTime=1/250'],
  ['-ExifIFD:FNumber=2.8', '-ExifIFD:ISO=400', '-ExifIFD:DateTimeOriginal=2024:05:01 10:11:12'],
  ['-ExifIFD:OffsetTimeOriginal=+02:00', '-ExifIFD:UserComment=雨の日', '-IFD0:Artist=Zoë Müller'],
  ['-IFD0:Copyright=© Zoë', '-IFD0:ImageDescription=A rainy day', '-IFD0:Software=Camera 1.0'],
  ['-GPS:GPSLatitude=48.1', '-GPS:GPSLatitudeRef=N', '-GPS:GPSLongitude=11.5', '-GPS:GPSLongitudeRef=E'],
  ['-IFD0:Orientation#=6', '-IFD0:XResolution=300', '-IFD0:YResolution=300', '-IFD0:ResolutionUnit=inches'],
  [
    '-XMP-dc:Title=Étude',
    '-XMP-dc:Source=Attic',
    '-XMP-dc:Subject=rain',
    '-XMP-dc:Subject=雨',
    '-XMP-xmp:Rating=4',
  ],
  ['-XMP-exif:GPSLatitude=48.1', '-XMP-lr:HierarchicalSubject=weather|rain'],
].flat()
const iptc = [
  '-IPTC:CodedCharacterSet=UTF8',
  '-IPTC:Keywords=rain',
  '-IPTC:Keywords=雨',
  '-IPTC:City=München',
]

/**
 * The few tags that must change, by format: they tell how the pixels are packed, or where in the file they lie. An AVIF's
 * pixels are upright whatever its EXIF says, and ExifTool, which copies its XMP, writes its own version there.
 */
const packing = {
  jpg: ['File:YCbCrSubSampling'],
  png: [],
  webp: [],
  tif: ['IFD0:Compression', 'IFD0:StripByteCounts', 'IFD0:StripOffsets', 'File:CurrentIPTCDigest'],
  avif: [
    'QuickTime:MediaDataSize',
    'QuickTime:MediaDataOffset',
    'QuickTime:ChromaFormat',
    'QuickTime:ChromaSamplePosition',
    'IFD0:Orientation',
    'XMP-x:XMPToolkit',
  ],
}

/** XMP with a title. */
const titled = (title: string) =>
  `<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>${title}</dc:title></rdf:Description></rdf:RDF></x:xmpmeta>`

describe.skipIf(!haveReaders)('what a file tells about its photo', { timeout: 30_000 }, () => {
  it.each(['jpg', 'png', 'webp', 'tif', 'avif'] as const)('comes back whole: %s', async (extension) => {
    const source = folder(`photo.${extension}`)
    const deep = extension === 'png' || extension === 'tif'
    const photo = (deep ? noise(3, 16) : soft(3)).withIccProfile('p3')
    await (extension === 'tif' ? photo.tiff({ compression: 'lzw', predictor: 'horizontal' }) : photo).toFile(
      source,
    )
    writeTags(source, extension === 'jpg' || extension === 'tif' ? [...rich, ...iptc] : rich)
    expect(tagsOf(source)).toMatchObject({ 'IFD0:Artist': 'Zoë Müller', 'IFD0:Orientation': 6 })
    expect(Object.keys(tagsOf(source)).length).toBeGreaterThan(45)

    const target = await roundTrip(source, folder(`out.${extension}`))
    const changed = Object.keys(tagDifferences(source, target))
    expect(changed.filter((name) => !(packing[extension] as string[]).includes(name))).toEqual([])
  })

  it.each(['jpg', 'png', 'webp', 'tif', 'avif'])(
    'comes back with its wide-gamut profile byte for byte: %s',
    async (extension) => {
      const source = folder(`photo.${extension}`)
      await soft(3).withIccProfile('p3').toFile(source)
      expect(profileOf(source).length).toBeGreaterThan(400)
      const target = await roundTrip(source, folder(`out.${extension}`))
      expect(profileOf(target).equals(profileOf(source))).toBe(true)
    },
  )

  it.each(['jpg', 'png', 'webp'])('is not made up where there was nothing: %s', async (extension) => {
    const source = folder(`bare.${extension}`)
    await soft(3).toFile(source)
    const target = await roundTrip(source, folder(`out.${extension}`))
    expect(
      Object.keys(tagDifferences(source, target)).filter((name) => name !== 'File:YCbCrSubSampling'),
    ).toEqual([])
  })

  it('comes back for a JPEG with maker notes, a thumbnail and a comment of its own', async () => {
    const source = folder('camera.jpg')
    writeFileSync(source, withExifBlock(await soft(3).jpeg().toBuffer(), canonExif()))
    await soft(3).resize(16).toFile(folder('thumbnail.jpg'))
    writeTags(source, [`-ThumbnailImage<=${folder('thumbnail.jpg')}`, '-Comment=Grüße'])
    expect(tagsOf(source)['IFD1:ThumbnailLength']).toBeGreaterThan(100)
    expect(tagsOf(source)).toMatchObject({ 'Canon:OwnerName': 'Zoe', 'File:Comment': 'Grüße' })
    const target = await roundTrip(source, folder('out.jpg'))
    expect(Object.keys(tagDifferences(source, target))).toEqual(['File:YCbCrSubSampling'])
  })

  it.each(['tiff', 'jpeg', 'avif'] as const)(
    'is what the first page tells where a TIFF has several, and not what later ones do: %s',
    async (format) => {
      const said = {
        one: ['-XMP-dc:Title=First'],
        two: ['-XMP-dc:Title=Second', '-XMP-xmp:Rating=4', '-IPTC:City=Second'],
      }
      for (const [name, tags] of Object.entries(said)) {
        await soft(3).toFile(folder(`${name}.jpg`))
        writeTags(folder(`${name}.jpg`), tags)
      }
      const source = folder('pages.tif')
      const pages = ['one.jpg', 'two.jpg', 'two.jpg'].map((name) => folder(name))
      execFileSync('/usr/bin/convert', [...pages, '-compress', 'lzw', source])
      writeTags(source, ['-IFD0:Make=Canon', '-IFD1:Artist=Second', '-IFD2:Copyright=Second'])
      expect(tagsOf(source)).toMatchObject({ 'IFD1:Artist': 'Second', 'IFD2:Copyright': 'Second' })
      expect(JSON.stringify(tagsOf(source)).match(/Second/g)!.length).toBeGreaterThan(3)

      const { output, notes } = await restored(source, folder(`out.${format}`), untouched, { format })
      expect(notes.map(({ code }) => code)).toEqual(['first-of-several'])
      expect(tagsOf(output)).toMatchObject({ 'IFD0:Make': 'Canon', 'XMP-dc:Title': 'First' })
      expect(JSON.stringify(tagsOf(output))).not.toContain('Second')
      expect(tagsOf(output)['XMP-xmp:Rating']).toBeUndefined()
    },
  )

  it.each([
    ['tiff', 1],
    ['tiff', 2],
    ['jpeg', 2],
    ['avif', 2],
  ] as const)(
    'is what the page of a TIFF tells, and not what pictures below it do (SubIFDs): %s, of %i',
    async (format, count) => {
      const source = folder('below.tif')
      // Artist, XMP and IPTC: `ExifTool` gives the latter two as if the photo told them.
      const texts = { 315: 'Below\0', 700: titled('Below'), 33723: '\x1c\x02\x5a\0\x05Below' }
      const below = Array.from({ length: count }, () => ({ width: 16, height: 12, tone: 200, texts }))
      writeFileSync(source, tiffOf({ width, height, tone: 100, texts: { 271: 'Canon\0' }, below }))
      expect(tagsOf(source)).toMatchObject({
        'IFD0:Make': 'Canon',
        'SubIFD:Artist': 'Below',
        'XMP-dc:Title': 'Below',
        'IPTC2:City': 'Below',
      })

      const { output, notes } = await restored(source, folder(`out.${format}`), untouched, { format })
      expect(notes.map(({ code }) => code)).toEqual(['first-of-several'])
      expect(notes[0]!.message).toContain(`${count + 1} pictures`)
      expect(tagsOf(output)).toMatchObject({ 'IFD0:Make': 'Canon' })
      expect(JSON.stringify(tagsOf(output))).not.toMatch(/Below|SubIFD/)
      const colours = samplesOf(output).filter((_, at) => at % 4 < 3)
      expect(colours.every((value) => Math.abs(value / 257 - 100) < 3)).toBe(true)
    },
  )

  it('comes back for an alpha WebP, which stays transparent', async () => {
    const source = folder('photo.webp')
    await soft(4)
      .withIccProfile('p3')
      .withExif({ IFD0: { Artist: 'Zoe' } })
      .webp({ quality: 95 })
      .toFile(source)
    const target = await roundTrip(source, folder('out.webp'))
    expect(layoutOf(target)).toBe(layoutOf(source))
    expect(layoutOf(target)).toContain('srgba')
    expect(tagDifferences(source, target)).toEqual({})
  })

  it.each(['Köln 雨 🌧.tif', '100%f %d.tif', '-overwrite.tif', "it's; $(touch x).tif", 'two\nlines.tif'])(
    'comes back whatever the files and folders are called: %j',
    async (name) => {
      const source = folder(name)
      await noise(3).tiff().toFile(folder('plain.tif'))
      writeTags(folder('plain.tif'), ['-IFD0:Artist=Zoë'])
      renameSync(folder('plain.tif'), source)
      const target = await roundTrip(source, folder(`out ${name}`, name))
      expect(target).toBe(folder(`out ${name}`, name))
      copyFileSync(target, folder('result.tif'))
      expect(tagsOf(folder('result.tif'))['IFD0:Artist']).toBe('Zoë')
      expect(readdirSync(folder(`out ${name}`))).toEqual([name])
    },
  )
})

describe('an original', { timeout: 30_000 }, () => {
  it.each(['jpg', 'png', 'webp', 'tif'])('is only read: %s', async (extension) => {
    const source = folder(`photo.${extension}`)
    await soft(3).toFile(source)
    const date = new Date('2020-02-02T02:02:02Z')
    utimesSync(source, date, date)
    const before = hashOf(source)
    await roundTrip(source, folder(`out.${extension}`))
    await roundTrip(source, source)
    expect(hashOf(source)).toBe(before)
    expect(statSync(source).mtime).toEqual(date)
    expect(readdirSync(folder()).sort()).toEqual(
      [`out.${extension}`, `photo-2.${extension}`, `photo.${extension}`].sort(),
    )
  })

  it('that was edited meanwhile is read anew', async () => {
    const source = folder('photo.png')
    for (const value of [10, 200]) {
      await picture(new Uint8Array(300).fill(value), 10, 10, 3).toFile(source)
      const target = await roundTrip(source, folder(`out-${value}.png`))
      const { data } = await sharp(readFileSync(target)).raw().toBuffer({ resolveWithObject: true })
      expect(data[0]).toBe(value)
    }
  })
})
