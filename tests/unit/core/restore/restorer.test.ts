import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import sharp from 'sharp'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { openLedger } from '../../../../src/core/batch/ledger'
import { lstatOf } from '../../../../src/core/files/state'
import { temporaryName } from '../../../../src/core/files/temporary'
import { Restorer } from '../../../../src/core/restore/restorer'
import type { Job } from '../../../../src/shared/job'
import { defaultExport, type ExportSettings } from '../../../../src/shared/settings'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { modelFixtures } from '../../../support/models'
import { picture, samples, smooth } from '../../../support/photos'

const folder = temporaryFolder()
let restorer = new Restorer([modelFixtures])
afterEach(async () => {
  await restorer.close()
  restorer = new Restorer([modelFixtures])
})

function job(source: string, changes: Partial<Job['settings']> = {}): Job {
  return {
    id: 'job',
    source: folder(source),
    output: folder('out', source),
    purpose: 'batch',
    settings: { model: 'brighten', tasks: {}, strength: 100, ...changes },
    export: defaultExport,
    state: 'running',
    order: 1,
  }
}

/** How a photo is stored: unless said otherwise with three channels of 8 bits, as PNG. */
interface Kind {
  channels?: 3 | 4
  depth?: 8 | 16
  /** As lossless WebP. */
  lossless?: boolean
}

/** A photo of one red, larger than a tile. */
async function writeRed(name: string): Promise<void> {
  const pixels = Uint8Array.from({ length: 150 * 100 * 3 }, (_, at) => (at % 3 === 0 ? 153 : 0))
  await picture(pixels, 150, 100, 3).toFile(folder(name))
}

const firstPixel = async (path: string) => [...(await sharp(path).raw().toBuffer()).subarray(0, 3)]

describe('a job', { timeout: 30_000 }, () => {
  it('ends with a restored file and what there is to tell of it', async () => {
    await writeRed('photo.png')
    const result = await restorer.restore(job('photo.png'))
    expect(result).toMatchObject({
      output: folder('out', 'photo.png'),
      width: 150,
      height: 100,
      provider: 'cpu',
    })
    expect(result.gates['red']).toBeCloseTo(0.6, 5)
    expect(result.gates).toMatchObject({ green: 0, night: 0 })
    expect(result.seconds).toBeGreaterThan(0)
    expect(await firstPixel(result.output)).toEqual([140, 64, 64])
  })

  it('uses the task and the strength that it was given', async () => {
    await writeRed('photo.png')
    const night = await restorer.restore(job('photo.png', { tasks: { night: 100 } }))
    expect(await firstPixel(night.output)).toEqual([77, 0, 0])
    expect(night.gates).toEqual({ red: 0, green: 0, night: 1 })
    const half = await restorer.restore(job('photo.png', { strength: 50 }))
    expect(await firstPixel(half.output)).toEqual([147, 32, 32])
    expect(basename(half.output)).toBe('photo-2.png')
  })

  it('may name another model each time', async () => {
    await writeRed('photo.png')
    const plain = await restorer.restore(job('photo.png', { model: 'identity' }))
    expect(await firstPixel(plain.output)).toEqual([153, 0, 0])
    expect(plain.gates).toEqual({})
    const bright = await restorer.restore(job('photo.png'))
    expect(await firstPixel(bright.output)).toEqual([140, 64, 64])
    await expectFailure(restorer.restore(job('photo.png', { model: 'nothing' })), 'model-not-found')
  })

  it('can be followed by others after the restorer was closed', async () => {
    await picture(smooth(20, 20, 3), 20, 20, 3)
      .tiff()
      .toFile(folder('photo.tif'))
    await restorer.restore(job('photo.tif'))
    await restorer.close()
    await restorer.restore(job('photo.tif'))
    expect(readdirSync(folder('out')).sort()).toEqual(['photo-2.tif', 'photo.tif'])
  })

  it('leaves nothing when it fails', async () => {
    // Other tests work in the system's own place for temporary files.
    vi.stubEnv('TMPDIR', folder('tmp'))
    mkdirSync(folder('tmp'))
    writeFileSync(folder('text.jpg'), 'no photo')
    await expectFailure(restorer.restore(job('text.jpg')), 'not-an-image')
    await writeRed('photo.png')
    await expectFailure(restorer.restore(job('photo.png', { tasks: { snow: 100 } })), 'unknown-task')
    expect(existsSync(folder('out'))).toBe(false)
    expect(readdirSync(folder('tmp'))).toEqual([])
    vi.unstubAllEnvs()
  })

  it('leaves nothing when it is cancelled, even after the last tile', async () => {
    await writeRed('photo.png')
    for (const last of [0, 3, 6]) {
      const abort = new AbortController()
      const onProgress = (done: number) => done === last && abort.abort()
      const cancelled = restorer.restore(job('photo.png'), { signal: abort.signal, onProgress })
      await expectFailure(cancelled, 'cancelled')
    }
    expect(existsSync(folder('out'))).toBe(false)
  })

  it('never writes over its source, even where that is its destination', async () => {
    mkdirSync(folder('out'))
    await writeRed('photo.png')
    const { output } = await restorer.restore({ ...job('photo.png'), output: folder('photo.png') })
    expect(output).toBe(folder('photo-2.png'))
    expect(await firstPixel(folder('photo.png'))).toEqual([153, 0, 0])
  })

  it('is not done twice where a crash came between its result and the journal', async () => {
    await writeRed('photo.png')
    const wished = { ...job('photo.png'), fingerprint: 'of this job' }
    const before = new Restorer([modelFixtures], { ledger: openLedger(folder('results')) })
    const first = await before.restore(wished)
    await before.close()
    const again = new Restorer([modelFixtures], { ledger: openLedger(folder('results')) })
    expect(await again.restore(wished)).toEqual({ ...first, seconds: expect.any(Number) })
    expect(readdirSync(folder('out'))).toEqual(['photo.png'])
    await again.restore({ ...wished, fingerprint: 'of another' })
    expect(readdirSync(folder('out')).sort()).toEqual(['photo-2.png', 'photo.png'])
    await again.close()
  })

  it('that another process finished and was killed over leaves nothing of that process', async () => {
    mkdirSync(folder('out'))
    writeFileSync(folder('out', 'photo.png'), 'finished')
    const wished = { ...job('photo.png'), fingerprint: 'of this job' }
    const ledger = openLedger(folder('results'))
    const state = lstatOf(wished.output)!
    const result = { output: wished.output, width: 1, height: 1, seconds: 1, gates: {}, provider: '', notes: [] } // prettier-ignore
    ledger.record({ fingerprint: 'of this job', source: wished.source, state, result })
    const dead = spawnSync(process.execPath, ['-e', '']).pid
    const left = temporaryName().replace(`-${process.pid}-`, `-${dead}-`)
    writeFileSync(folder('out', `.${left}.part`), '')

    const own = new Restorer([modelFixtures], { ledger })
    expect(await own.restore(wished)).toEqual(result)
    expect(readdirSync(folder('out'))).toEqual(['photo.png'])
    await own.close()
  })

  it('is done where a crash came before its result had its name', async () => {
    await writeRed('photo.png')
    const wished = { ...job('photo.png'), fingerprint: 'of this job' }
    const ledger = openLedger(folder('results'))
    const state = { bytes: 1, modified: 1 }
    const result = {
      output: wished.output,
      width: 1,
      height: 1,
      seconds: 1,
      gates: {},
      provider: '',
      notes: [],
    }
    ledger.record({ fingerprint: 'of this job', source: wished.source, state, result })
    const own = new Restorer([modelFixtures], { ledger })
    expect(await own.restore(wished)).toMatchObject({ width: 150 })
    expect(readdirSync(folder('out'))).toEqual(['photo.png'])
    await own.close()
  })

  it('replaces the earlier result that it names, unless that was changed meanwhile', async () => {
    await writeRed('photo.png')
    const { output } = await restorer.restore(job('photo.png'))
    const half = { ...job('photo.png', { strength: 50 }), replaces: lstatOf(output)! }
    expect((await restorer.restore(half)).output).toBe(output)
    expect(await firstPixel(output)).toEqual([147, 32, 32])
    // The same words again no longer describe the file that is there.
    expect(basename((await restorer.restore(half)).output)).toBe('photo-2.png')
  })

  it('keeps finer steps than its photo had, where that is wished', async () => {
    const ramp = Uint8Array.from({ length: 150 * 100 * 3 }, (_, at) => Math.floor(at / 3) % 150)
    await picture(ramp, 150, 100, 3).toFile(folder('photo.png'))
    const exportSettings = { ...defaultExport, depth: '16' as const }
    const { output } = await restorer.restore({
      ...job('photo.png', { strength: 33 }),
      export: exportSettings,
    })
    const deep = sharp(output).pipelineColourspace('rgb16').toColourspace('rgb16').raw({ depth: 'ushort' })
    const values = new Set(new Uint16Array(new Uint8Array(await deep.toBuffer()).buffer))
    expect([...values].some((value) => value % 257 !== 0)).toBe(true)
  })

  it.each<[ExportSettings['format'], Kind, number]>([
    ['avif', {}, 20 * 3],
    ['avif', { depth: 16 }, 14 * 6],
    ['webp', {}, 12 * 3],
    ['webp', { channels: 4 }, 12 * 4],
    ['webp', { lossless: true }, 20 * 3],
  ])(
    'is refused before anything is restored where %s of %o needs more memory than is allowed: %d bytes a pixel',
    async (format, { channels = 3, depth = 8, lossless = false }, needed) => {
      const image = picture(samples(150 * 100 * channels, depth), 150, 100, channels)
      // A PNG is read in strips, and the decoder of WebP holds less than its encoder.
      const source = lossless ? 'photo.webp' : 'photo.png'
      await (lossless ? image.webp({ lossless }) : image.png()).toFile(folder(source))
      const wished = { ...job(source), export: { ...defaultExport, format } }
      const onProgress = vi.fn()
      restorer.allow({ memory: 150 * 100 * needed - 1 })
      await expectFailure(restorer.restore(wished, { onProgress }), 'image-too-large')
      expect(onProgress).not.toHaveBeenCalled()
      expect(existsSync(folder('out'))).toBe(false)

      restorer.allow({ memory: 150 * 100 * needed })
      expect((await restorer.restore(wished)).output).toMatch(/photo\.\w+$/)
    },
  )

  it.each(['jpeg', 'png', 'tiff'] as const)(
    'needs no memory for all of its photo where it is written in strips: %s',
    async (format) => {
      await writeRed('photo.png')
      restorer.allow({ memory: 0 })
      await restorer.restore({ ...job('photo.png'), export: { ...defaultExport, format } })
    },
  )
})
