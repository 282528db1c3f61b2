import { execFileSync } from 'node:child_process'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { readFacts } from '../../../../src/core/view/facts'
import { histogramOf } from '../../../../src/core/view/histogram'
import { screenPicture } from '../../../../src/core/view/screenPicture'
import { cutScreenTile, writePixels } from '../../../../src/core/view/screenTile'
import { temporaryFolder } from '../../../support/folder'
import { fixture, picture, samples, smooth } from '../../../support/photos'

const folder = temporaryFolder()

describe('the picture of a whole photo', () => {
  it('is the file itself where a browser can show that', async () => {
    const path = fixture('barn-rain.png')
    expect(await screenPicture(path, folder('unused.png'), 2048)).toEqual({ path, mimeType: 'image/png' })
  })

  it('is made for other formats and for larger ones, upright and no larger than asked', async () => {
    const large = folder('large.jpg')
    await picture(smooth(600, 300, 3), 600, 300, 3)
      .withMetadata({ orientation: 6 })
      .toFile(large)
    const made = await screenPicture(large, folder('made.png'), 200)
    expect(made).toEqual({ path: folder('made.png'), mimeType: 'image/png' })
    const { width, height } = await sharp(made.path).metadata()
    expect({ width, height }).toEqual({ width: 100, height: 200 })

    const tiff = folder('photo.tif')
    await picture(smooth(60, 30, 3), 60, 30, 3).toFile(tiff)
    expect((await screenPicture(tiff, folder('tiff.png'), 200)).mimeType).toBe('image/png')
  })
})

describe('tiles', () => {
  it('hold the very pixels of the photo, and those at the edges no more than there are', async () => {
    const source = folder('noise.png')
    await picture(samples(300 * 200 * 3), 300, 200, 3).toFile(source)
    await writePixels(source, folder('pixels.v'))
    const tile = await cutScreenTile(folder('pixels.v'), { left: 256, top: 128, width: 129, height: 129 }, 1)

    const { data, info } = await sharp(tile).raw().toBuffer({ resolveWithObject: true })
    expect([info.width, info.height]).toEqual([44, 72])
    const expected = await sharp(source)
      .extract({ left: 256, top: 128, width: 44, height: 72 })
      .raw()
      .toBuffer()
    expect(data.equals(expected)).toBe(true)
  })

  it('are smaller at higher levels', async () => {
    const source = folder('photo.png')
    await picture(smooth(300, 200, 3), 300, 200, 3).toFile(source)
    await writePixels(source, folder('pixels.v'))
    const tile = await cutScreenTile(folder('pixels.v'), { left: 0, top: 0, width: 256, height: 256 }, 4)
    const { width, height } = await sharp(tile).metadata()
    expect([width, height]).toEqual([64, 50])
  })

  it('beyond the photo do not exist', async () => {
    const source = folder('photo.png')
    await picture(smooth(30, 20, 3), 30, 20, 3).toFile(source)
    await writePixels(source, folder('pixels.v'))
    await expect(
      cutScreenTile(folder('pixels.v'), { left: 512, top: 0, width: 513, height: 513 }, 1),
    ).rejects.toThrow()
  })
})

it('a histogram counts every pixel once a channel', async () => {
  const path = folder('red.png')
  await picture(
    new Uint8Array(20 * 10 * 3).map((_, at) => (at % 3 === 0 ? 200 : 0)),
    20,
    10,
    3,
  ).toFile(path)
  const { red, green, blue } = await histogramOf(path)
  expect(red[200]).toBeCloseTo(1000)
  expect(green[0]).toBeCloseTo(1000)
  expect(blue[0]).toBeCloseTo(1000)
})

it('a photo’s data are told as its file has them', async () => {
  const path = folder('photo.jpg')
  await picture(smooth(60, 40, 3), 60, 40, 3)
    .withMetadata({ orientation: 6 })
    .withIccProfile('p3')
    .toFile(path)
  const tags = {
    Make: 'Canon',
    Model: 'Canon EOS R5',
    LensModel: 'RF 35mm F1.8',
    ExposureTime: '1/250',
    FNumber: '2.8',
    ISO: '400',
    FocalLength: '35',
    DateTimeOriginal: '2024:05:03 14:07:22',
  }
  const written = Object.entries(tags).map(([tag, value]) => `-${tag}=${value}`)
  execFileSync('/usr/bin/exiftool', ['-q', '-overwrite_original', ...written, path])

  expect(await readFacts(path)).toEqual({
    width: 40,
    height: 60,
    depth: 8,
    colour: expect.stringContaining('P3') as string,
    format: 'jpeg',
    camera: 'Canon EOS R5',
    lens: 'RF 35mm F1.8',
    exposure: 0.004,
    aperture: 2.8,
    iso: 400,
    focalLength: 35,
    taken: '2024-05-03T14:07:22',
  })
})
