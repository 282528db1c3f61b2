import {
  chmodSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import sharp from 'sharp'
import { describe, expect, it, vi } from 'vitest'
import { withScratch } from '../../../../src/core/files/temporary'
import { decodePhoto } from '../../../../src/core/photo/decode'
import { defaultLimits, type Limits } from '../../../../src/core/photo/limits'
import type { ErrorCode } from '../../../../src/shared/errors'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { fixture, picture, samples, smooth, writePhoto } from '../../../support/photos'
import { havePermissions, unprivileged } from '../../../support/unprivileged'

const folder = temporaryFolder()

function decode(path: string): Promise<void> {
  return withScratch(async (scratch) => {
    const { raster } = await decodePhoto(path, scratch)
    await raster.close()
  })
}

const expectRefused = (path: string, code: ErrorCode) => expectFailure(decode(path), code)

describe('what is no photo is refused with a stable code and two sentences', () => {
  it('a file that is not there', async () => {
    await expectRefused(folder('nothing.jpg'), 'not-found')
    await writePhoto(folder('photo.jpg'))
    await expectRefused(folder('photo.jpg', 'inside.jpg'), 'not-found')
  })

  it('a folder', async () => {
    mkdirSync(folder('folder.jpg'))
    await expectRefused(folder('folder.jpg'), 'not-an-image')
  })

  it('a link in a loop', async () => {
    symlinkSync(folder('loop.jpg'), folder('loop.jpg'))
    await expectRefused(folder('loop.jpg'), 'unreadable')
  })

  it('an empty file, a text, and bytes that mean nothing', async () => {
    writeFileSync(folder('empty.jpg'), '')
    writeFileSync(folder('text.jpg'), 'Dear diary, it rained again.\n')
    writeFileSync(folder('noise.png'), samples(5000))
    for (const name of ['empty.jpg', 'text.jpg', 'noise.png'])
      await expectRefused(folder(name), 'not-an-image')
  })

  it.skipIf(!havePermissions)('a file that may not be read, or lies where nobody may look', async () => {
    await writePhoto(folder('secret.jpg'))
    mkdirSync(folder('closed'))
    await writePhoto(folder('closed', 'photo.jpg'))
    for (const name of ['secret.jpg', 'closed']) chmodSync(folder(name), 0)
    await writePhoto(folder('open.jpg'))
    await unprivileged(async () => {
      await decode(folder('open.jpg'))
      await expectRefused(folder('secret.jpg'), 'unreadable')
      await expectRefused(folder('closed', 'photo.jpg'), 'unreadable')
    })
    chmodSync(folder('closed'), 0o700)
  })

  it.each(['gif', 'svg'])('a format that is not restored: %s, whatever its name', async (format) => {
    const content =
      format === 'svg'
        ? '<?xml version="1.0"?>\n<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="9" height="9"/></svg>'
        : await picture(smooth(40, 30, 3), 40, 30, 3)
            .gif()
            .toBuffer()
    writeFileSync(folder('photo.jpg'), content)
    await expectRefused(folder('photo.jpg'), 'unsupported-format')
    await expect(decode(folder('photo.jpg'))).rejects.toThrow(`is ${format.toUpperCase()}, which`)
  })

  it('camera RAW, told from the TIFF that it looks like, by name, by its start or by its tags', async () => {
    const tiff = await picture(smooth(40, 30, 3), 40, 30, 3)
      .tiff()
      .toBuffer()
    writeFileSync(folder('photo.NEF'), tiff)
    const canon = Buffer.from(tiff)
    canon.write('CR\x02\0', 8, 'latin1')
    writeFileSync(folder('canon.tif'), canon)
    writeFileSync(folder('fuji.jpg'), 'FUJIFILMCCD-RAW 0201FF383501')
    writeFileSync(folder('minolta.mrw'), '\0MRM\0\0\x80\0\0PRD\0\0\0\x18')
    writeFileSync(folder('powershot.jpg'), 'II\x1a\0\0\0HEAPCCDR\x02\0\x01\0')
    // A tag that comes last in the directory takes the number of DNGVersion.
    const dng = Buffer.from(tiff)
    const directory = dng.readUInt32LE(4)
    const last = directory + 2 + (dng.readUInt16LE(directory) - 1) * 12
    dng.writeUInt16LE(0xc612, last)
    writeFileSync(folder('adobe.tif'), dng)
    for (const [name, maker] of [
      ['photo.NEF', 'Nikon'],
      ['canon.tif', 'Canon'],
      ['fuji.jpg', 'Fujifilm'],
      ['minolta.mrw', 'Minolta'],
      ['powershot.jpg', 'Canon'],
      ['adobe.tif', 'DNG'],
    ] as const) {
      await expectRefused(folder(name), 'unsupported-format')
      await expect(decode(folder(name))).rejects.toThrow(`is camera RAW (${maker})`)
    }
  })

  it('a TIFF of floating-point samples, rather than restoring it wrongly', async () => {
    // Sharp cannot write one; this is the smallest there is: one pixel, one 32-bit float.
    const entries = [
      [256, 3, 1],
      [257, 3, 1],
      [258, 3, 32],
      [259, 3, 1],
      [262, 3, 1],
      [273, 4, 8],
      [277, 3, 1],
      [278, 3, 1],
      [279, 4, 4],
      [339, 3, 3],
    ] as const
    const file = Buffer.alloc(12 + 2 + entries.length * 12 + 4)
    file.write('II*\0', 'latin1')
    file.writeUInt32LE(12, 4)
    file.writeFloatLE(0.5, 8)
    file.writeUInt16LE(entries.length, 12)
    entries.forEach(([tag, type, value], index) => {
      const at = 14 + index * 12
      file.writeUInt16LE(tag, at)
      file.writeUInt16LE(type, at + 2)
      file.writeUInt32LE(1, at + 4)
      file.writeUInt32LE(value, at + 8)
    })
    writeFileSync(folder('float.tif'), file)
    await expectRefused(folder('float.tif'), 'unsupported-format')
  })

  it('a claim of more pixels than any camera makes', async () => {
    await picture(smooth(40, 30, 3), 40, 30, 3)
      .png()
      .toFile(folder('bomb.png'))
    const file = readFileSync(folder('bomb.png'))
    file.writeUInt32BE(60000, 16)
    file.writeUInt32BE(60000, 20)
    // libpng wants the checksum to be right.
    file.writeUInt32BE(crc32(file.subarray(12, 29)), 29)
    writeFileSync(folder('bomb.png'), file)
    await expectRefused(folder('bomb.png'), 'image-too-large')
  })
})

describe('a photo that goes away while it is read', () => {
  it.each(['jpg', 'png', 'webp', 'tif', 'heic'])('is told as not there: %s', async (extension) => {
    const path = folder(`photo.${extension}`)
    if (extension === 'heic') copyFileSync(fixture('phone.heic'), path)
    else await writePhoto(path)
    const limits = {
      ...defaultLimits,
      // They are asked for after the file's head was read, and before its pixels are.
      get pixels() {
        rmSync(path)
        return defaultLimits.pixels
      },
    }
    await expectFailure(
      withScratch((scratch) => decodePhoto(path, scratch, { limits })),
      'not-found',
    )
  })
})

describe('limits', () => {
  const demanding = (limits: Partial<Limits>) =>
    withScratch(async (scratch) => {
      const options = { limits: { ...defaultLimits, ...limits } }
      const { raster } = await decodePhoto(folder('photo.webp'), scratch, options)
      await raster.close()
    })

  it('of pixels and of memory are kept before either is taken', async () => {
    await writePhoto(folder('photo.webp'), 100, 80)
    await expectFailure(demanding({ pixels: 7999 }), 'image-too-large')
    await expectFailure(demanding({ memory: 83_999 }), 'image-too-large')
    await demanding({ pixels: 8000, memory: 84_000 })
  })

  it.skipIf(!existsSync('/proc/self'))('of temporary space are kept before any is taken', async () => {
    await writePhoto(folder('photo.png'))
    // A file system without a free byte, in which nothing could be made either: that would be another error.
    await expectFailure(decodePhoto(folder('photo.png'), '/proc/self'), 'disk-full')
  })
})

describe('a damaged photo is refused as damaged', () => {
  it.each(['jpg', 'png', 'webp', 'tif', 'avif'])('when it ends in the middle: %s', async (extension) => {
    const path = folder(`photo.${extension}`)
    await picture(samples(200 * 150 * 3), 200, 150, 3).toFile(path)
    const whole = readFileSync(path)
    for (const share of [0.4, 0.6, 0.95]) {
      writeFileSync(path, whole.subarray(0, Math.floor(whole.length * share)))
      await expectRefused(path, 'damaged-image')
    }
  })

  it('when a HEIC ends in the middle', async () => {
    const whole = readFileSync(fixture('phone.heic'))
    for (const share of [0.3, 0.6, 0.9]) {
      writeFileSync(folder('photo.heic'), whole.subarray(0, Math.floor(whole.length * share)))
      await expectRefused(folder('photo.heic'), 'damaged-image')
    }
  })

  it('when it ends within its first bytes', async () => {
    await picture(samples(200 * 150 * 3), 200, 150, 3).toFile(folder('photo.jpg'))
    writeFileSync(folder('short.jpg'), readFileSync(folder('photo.jpg')).subarray(0, 30))
    await expectRefused(folder('short.jpg'), 'damaged-image')
  })

  it('when bytes of a PNG were overwritten', async () => {
    await picture(samples(200 * 150 * 3), 200, 150, 3)
      .png()
      .toFile(folder('photo.png'))
    const file = readFileSync(folder('photo.png'))
    file.fill(0, file.length / 2, file.length / 2 + 200)
    writeFileSync(folder('photo.png'), file)
    await expectRefused(folder('photo.png'), 'damaged-image')
  })
})

describe('the scratch folder', () => {
  it('is gone after success and after failure', async () => {
    // Other tests work in the system's own place for temporary files.
    vi.stubEnv('TMPDIR', folder('tmp'))
    mkdirSync(folder('tmp'))
    await writePhoto(folder('photo.jpg'))
    await decode(folder('photo.jpg'))
    await decode(folder('nothing.jpg')).catch(() => undefined)
    expect(readdirSync(folder('tmp'))).toEqual([])
    vi.unstubAllEnvs()
  })
})

describe('the bare facts of a photo', () => {
  it('are the pixels as stored: the orientation is not applied', async () => {
    await sharp(smooth(40, 30, 3), { raw: { width: 40, height: 30, channels: 3 } })
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(folder('turned.jpg'))
    await withScratch(async (scratch) => {
      const { raster, encoding } = await decodePhoto(folder('turned.jpg'), scratch)
      await raster.close()
      expect(raster.shape).toEqual({ width: 40, height: 30, channels: 3, depth: 8 })
      expect(encoding).toEqual({ format: 'jpeg', lossless: false, bits: 8 })
    })
  })

  it('are of its own format, whatever the file is called', async () => {
    await picture(smooth(40, 30, 3), 40, 30, 3)
      .png()
      .toFile(folder('photo.jpg'))
    await withScratch(async (scratch) => {
      const { raster, encoding } = await decodePhoto(folder('photo.jpg'), scratch)
      await raster.close()
      expect(encoding.format).toBe('png')
    })
  })
})

function crc32(bytes: Uint8Array): number {
  let crc = ~0
  for (const byte of bytes) {
    crc ^= byte
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0)
  }
  return ~crc >>> 0
}
