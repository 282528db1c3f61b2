import sharp from 'sharp'
import { expect, it } from 'vitest'
import { writeThumbnail } from '../../../../src/core/view/thumbnail'
import { temporaryFolder } from '../../../support/folder'
import { fixture, picture, smooth } from '../../../support/photos'

const folder = temporaryFolder()

it('shows a photo upright and small, in the colours of the screen', async () => {
  await picture(smooth(90, 60, 3), 90, 60, 3)
    .withMetadata({ orientation: 6 })
    .jpeg()
    .toFile(folder('a.jpg'))
  await writeThumbnail(folder('a.jpg'), folder('a.out'), 30, 80)
  expect(await sharp(folder('a.out')).metadata()).toMatchObject({ format: 'jpeg', width: 20, height: 30 })
})

it('shows a HEIC through its profile', async () => {
  await writeThumbnail(fixture('phone.heic'), folder('b.out'), 64, 95)
  const shown = await sharp(folder('b.out')).raw().toBuffer({ resolveWithObject: true })
  expect(shown.info).toMatchObject({ width: 48, height: 64 })
  // Display P3's numbers lie nearer to grey than sRGB's for the same colour.
  const stored = await picture(smooth(64, 48, 3), 64, 48, 3)
    .rotate(90)
    .raw()
    .toBuffer()
  const saturation = (data: Buffer) => {
    let sum = 0
    for (let at = 0; at < data.length; at += 3) {
      const pixel = [...data.subarray(at, at + 3)]
      sum += Math.max(...pixel) - Math.min(...pixel)
    }
    return sum / (data.length / 3)
  }
  expect(saturation(shown.data)).toBeGreaterThan(saturation(stored) * 1.05)
})
