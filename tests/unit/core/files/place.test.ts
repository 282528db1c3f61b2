import { execFileSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmdirSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, describe, expect, it } from 'vitest'
import { withNumber } from '../../../../src/core/files/names'
import { placeCopy, placeFile } from '../../../../src/core/files/place'
import { withScratch } from '../../../../src/core/files/temporary'
import { decodePhoto } from '../../../../src/core/photo/decode'
import { encodePhoto } from '../../../../src/core/photo/encode'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { picture, samples } from '../../../support/photos'

const folder = temporaryFolder()
const place = (name: string, text: string) => placeFile(folder(name), (part) => writeFile(part, text))
const read = (name: string) => readFileSync(folder(name), 'utf8')

describe('placing a file', () => {
  it('makes the folders that it needs and leaves nothing else there', async () => {
    expect(await place('a/b/photo.jpg', 'new')).toBe(folder('a/b/photo.jpg'))
    expect(read('a/b/photo.jpg')).toBe('new')
    expect(readdirSync(folder('a/b'))).toEqual(['photo.jpg'])
  })

  it('never replaces what is there, but takes the next free number', async () => {
    writeFileSync(folder('photo.jpg'), 'old')
    expect(await place('photo.jpg', 'second')).toBe(folder('photo-2.jpg'))
    expect(await place('photo.jpg', 'third')).toBe(folder('photo-3.jpg'))
    expect([read('photo.jpg'), read('photo-2.jpg'), read('photo-3.jpg')]).toEqual(['old', 'second', 'third'])
  })

  it('takes a folder or a dangling link of that name for taken too', async () => {
    mkdirSync(folder('photo.jpg'))
    symlinkSync(folder('nowhere'), folder('photo-2.jpg'))
    expect(await place('photo.jpg', 'new')).toBe(folder('photo-3.jpg'))
    expect(existsSync(folder('nowhere'))).toBe(false)
  })

  it('keeps all of many that want one name at one time', async () => {
    const texts = Array.from({ length: 20 }, (_, index) => `text ${index}`)
    const paths = await Promise.all(texts.map((text) => place('photo.jpg', text)))
    expect(new Set(paths).size).toBe(20)
    expect(readdirSync(folder()).map(read).sort()).toEqual(texts.toSorted())
  })

  it('shows the name only once the whole file is there', async () => {
    await placeFile(folder('photo.jpg'), async (part) => {
      await writeFile(part, 'half')
      expect(existsSync(folder('photo.jpg'))).toBe(false)
      await writeFile(part, 'whole')
    })
    expect(read('photo.jpg')).toBe('whole')
  })

  it('leaves nothing behind when the writing fails', async () => {
    const fails = placeFile(folder('photo.jpg'), async (part) => {
      await writeFile(part, 'half')
      throw new Error('no more')
    })
    await expect(fails).rejects.toThrow('no more')
    expect(readdirSync(folder())).toEqual([])
  })

  it('says when the disk is full, or takes no file so large, by the system’s code or by libvips’ words', async () => {
    const errors = [
      Object.assign(new Error('EFBIG: file too large, write'), { code: 'EFBIG' }),
      Object.assign(new Error('ENOSPC: write'), { code: 'ENOSPC' }),
      new Error('wbuffer_write: write failed\nsystem error: No space left on device'),
    ]
    for (const error of errors) {
      await expectFailure(
        placeFile(folder('photo.jpg'), () => Promise.reject(error)),
        'disk-full',
      )
    }
    expect(readdirSync(folder())).toEqual([])
  })

  it('says when nothing can be written there', async () => {
    writeFileSync(folder('file'), '')
    await expectFailure(place('file/photo.jpg', ''), 'destination-unwritable')
    await expectFailure(place(`${'x'.repeat(300)}.jpg`, ''), 'destination-unwritable')
    expect(readdirSync(folder())).toEqual(['file'])
  })
})

describe('placing a copy', () => {
  it('leaves the source and keeps the promises of placing', async () => {
    writeFileSync(folder('result.jpg'), 'result')
    writeFileSync(folder('photo.jpg'), 'old')
    expect(await placeCopy(folder('result.jpg'), folder('photo.jpg'))).toBe(folder('photo-2.jpg'))
    expect([read('result.jpg'), read('photo.jpg'), read('photo-2.jpg')]).toEqual(['result', 'old', 'result'])
  })

  it('says when the source is gone', async () => {
    await expectFailure(placeCopy(folder('gone.jpg'), folder('photo.jpg')), 'not-found')
  })
})

describe('a numbered name', () => {
  it('has its number before the extension, from the second on', () => {
    expect([1, 2, 11].map((number) => withNumber('/a.b/photo.old.jpg', number))).toEqual([
      '/a.b/photo.old.jpg',
      '/a.b/photo.old-2.jpg',
      '/a.b/photo.old-11.jpg',
    ])
  })
})

describe('a disk of another kind', () => {
  const small = mkdtempSync(join(tmpdir(), 'petrichor-test-disk-'))
  const mounted = (() => {
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=200k', 'tmpfs', small], { stdio: 'ignore' })
      return true
    } catch {
      console.warn(
        'SKIPPED: the tests of full and read-only disks need to be root and to be allowed to mount one.',
      )
      return false
    }
  })()
  afterAll(() => {
    if (mounted) execFileSync('umount', [small])
    rmdirSync(small)
  })

  it.skipIf(!mounted)(
    'is told as full where it fills up, be it the scratch or the destination, and is left empty',
    async () => {
      await picture(samples(400 * 300 * 3), 400, 300, 3)
        .png()
        .toFile(folder('photo.png'))

      mkdirSync(`${small}/scratch`)
      await expectFailure(decodePhoto(folder('photo.png'), `${small}/scratch`), 'disk-full')
      execFileSync('rm', ['-r', `${small}/scratch`])

      await withScratch(async (scratch) => {
        const photo = await decodePhoto(folder('photo.png'), scratch)
        await expectFailure(
          encodePhoto(photo, { source: folder('photo.png'), target: `${small}/out/photo.png`, scratch }),
          'disk-full',
        )
        await photo.raster.close()
      })
      expect(readdirSync(`${small}/out`)).toEqual([])
    },
  )

  it.skipIf(!mounted)('is told as unwritable where it can only be read', async () => {
    execFileSync('mount', ['-o', 'remount,ro', small])
    await expectFailure(
      placeFile(`${small}/new/photo.jpg`, (part) => writeFile(part, '')),
      'destination-unwritable',
    )
  })
})
