import { execFileSync } from 'node:child_process'
import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import sharp from 'sharp'
import { expect, test } from 'vitest'
import { embeddedPreview } from '../../../../src/core/view/embeddedPreview'
import { temporaryFolder } from '../../../support/folder'

const folder = temporaryFolder()

/** A photo, red on its left and blue on its right, with a preview of another shape: black bars above and below. */
async function photoWithPreview(orientation: number, edge = 160): Promise<string> {
  const height = (edge * 3) / 4
  const seen = Math.round((edge * 2) / 3)
  const path = join(folder(), `turned-${orientation}.jpg`)
  await halves(600, 400).jpeg().toFile(path)
  const preview = join(folder(), 'preview.jpg')
  const inside = await halves(edge, seen).png().toBuffer()
  await sharp({ create: { width: edge, height, channels: 3, background: 'black' } })
    .composite([{ input: inside, left: 0, top: Math.round((height - seen) / 2) }])
    .jpeg({ quality: 95 })
    .toFile(preview)
  const tags = [`-ThumbnailImage<=${preview}`, `-Orientation=${orientation}`]
  execFileSync('exiftool', ['-q', '-overwrite_original', '-n', ...tags, path])
  return path
}

function halves(width: number, height: number) {
  const blue = { create: { width: Math.ceil(width / 2), height, channels: 3 as const, background: 'blue' } }
  return sharp({ create: { width, height, channels: 3, background: 'red' } }).composite([
    { input: blue, left: Math.floor(width / 2), top: 0 },
  ])
}

/** The colours near the four corners, clockwise from the top left. */
async function cornersOf(picture: Buffer): Promise<string> {
  const { data, info } = await sharp(picture).raw().toBuffer({ resolveWithObject: true })
  const colour = (x: number, y: number) => {
    const [red = 0, , blue = 0] = data.subarray((y * info.width + x) * info.channels)
    return red > 128 ? 'r' : blue > 128 ? 'b' : '-'
  }
  const [right, bottom] = [info.width - 5, info.height - 5]
  return colour(4, 4) + colour(right, 4) + colour(right, bottom) + colour(4, bottom)
}

// What the eight orientations mean, by the EXIF standard: where the stored left half is seen.
for (const [orientation, corners] of [
  [1, 'rbbr'],
  [2, 'brrb'],
  [3, 'brrb'],
  [4, 'rbbr'],
  [5, 'rrbb'],
  [6, 'rrbb'],
  [7, 'bbrr'],
  [8, 'bbrr'],
] as const) {
  test(`the preview of a photo with orientation ${orientation} is upright and without its bars`, async () => {
    const preview = (await embeddedPreview(await photoWithPreview(orientation)))!
    const { width, height, format } = await sharp(preview).metadata()
    expect([width, height]).toEqual(orientation < 5 ? [160, 107] : [107, 160])
    expect(format).toBe('jpeg')
    expect(await cornersOf(preview)).toBe(corners)
  })
}

test('a photo without a preview, or with a tiny or a broken one, has none', async () => {
  const plain = join(folder(), 'plain.jpg')
  await halves(60, 40).jpeg().toFile(plain)
  expect(await embeddedPreview(plain)).toBeUndefined()
  expect(await embeddedPreview(await photoWithPreview(1, 48))).toBeUndefined()

  await writeFile(join(folder(), 'broken.jpg'), 'no photo')
  expect(await embeddedPreview(join(folder(), 'broken.jpg'))).toBeUndefined()
})
