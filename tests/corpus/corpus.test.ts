import { copyFileSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { nameFrom } from '../../src/core/batch/naming'
import { outputExtension } from '../../src/core/photo/extensions'
import { Restorer } from '../../src/core/restore/restorer'
import { errorCodes, PetrichorError } from '../../src/shared/errors'
import { defaultExport, type ExportSettings } from '../../src/shared/settings'
import { modelFixtures } from '../support/models'
import { writePhoto } from '../support/photos'
import { haveReaders, pixelsOf } from '../support/readers'
import { hostileFiles } from './files'

const root = mkdtempSync(join(tmpdir(), 'petrichor-test-corpus-'))
const allowance = { pixels: 50_000_000 }
const restorer = new Restorer([modelFixtures], { allowance })
const scratch = join(root, 'tmp')
beforeAll(() => {
  mkdirSync(scratch)
  vi.stubEnv('TMPDIR', scratch)
})
afterAll(async () => {
  await restorer.close()
  vi.unstubAllEnvs()
  rmSync(root, { recursive: true, force: true })
})

/** Longer than this is a hang. */
const timeout = 10_000

function restore(
  source: string,
  output: string,
  exportSettings: Partial<ExportSettings> = {},
): Promise<string> {
  const job = {
    id: 'job',
    source,
    output,
    purpose: 'batch' as const,
    settings: { model: 'identity', tasks: {}, strength: 100 },
    export: { ...defaultExport, ...exportSettings },
    state: 'running' as const,
    order: 1,
  }
  const hung = new Promise<never>((_, reject) => {
    setTimeout(() => reject(new Error('it hangs')), timeout).unref()
  })
  return Promise.race([restorer.restore(job), hung]).then((result) => result.output)
}

/** How it ended: `restored`, with a file that can be read, or an error's code, with nothing left. */
async function outcomeOf(
  source: string,
  folder: string,
  exportSettings: Partial<ExportSettings> = {},
): Promise<string> {
  const name = nameFrom('{name}', { name: nameOf(source), date: '', task: '', model: '', n: '' }, outputExtension(source, exportSettings.format ?? 'source')) // prettier-ignore
  const outcome = await restore(source, join(folder, name), exportSettings).then(
    async (path) => {
      expect(await opens(path)).toBe(true)
      return 'restored'
    },
    (error: unknown) => {
      if (!(error instanceof PetrichorError)) throw error
      expect(errorCodes).toContain(error.code)
      expect(error.message).toMatch(/^[“A-Z][^]*\.$/)
      expect(error.detail).toMatch(/^[A-Z][^]*[.…)]$/)
      return error.code
    },
  )
  expect(readdirSync(folder, { recursive: true })).toHaveLength(outcome === 'restored' ? 1 : 0)
  expect(readdirSync(scratch).filter((name) => name.startsWith('petrichor-'))).toEqual([])
  return outcome
}

/** Whether a reader that had no part in writing it gets pixels out of a file. Its name would be taken for a command. */
async function opens(path: string): Promise<boolean> {
  if (!haveReaders)
    return sharp(path, { failOn: 'error' })
      .stats()
      .then(() => true)
  const plain = join(root, 'result')
  copyFileSync(path, plain)
  return pixelsOf(plain).length > 0
}

function nameOf(source: string): string {
  const name = source.slice(source.lastIndexOf('/') + 1)
  const dot = name.lastIndexOf('.')
  return dot > 0 ? name.slice(0, dot) : name
}

const files = await hostileFiles()
let count = 0
function place(): { source: string; out: string } {
  const folder = join(root, String(++count))
  const [source, out] = [join(folder, 'in'), join(folder, 'out')]
  mkdirSync(source, { recursive: true })
  mkdirSync(out)
  return { source, out }
}

describe('the hostile corpus', { timeout: timeout + 5000 }, () => {
  it('has a hundred and fifty files at least', () => {
    expect(files.length).toBeGreaterThanOrEqual(150)
  })

  it.each(files.map((file) => [file.what, file.name, file] as const))('%s (%j)', async (_, name, file) => {
    const { source, out } = place()
    file.write(join(source, name))
    expect(file.outcomes).toContain(await outcomeOf(join(source, name), out))
  })
})

describe('broken metadata, carried over by ExifTool', { timeout: timeout + 5000 }, () => {
  const broken = files.filter(({ name }) => /^(icc|exif|xmp|iptc|orientation|iccp|loop\.webp)/.test(name))
  it.each(broken.map((file) => [file.what, file.name, file] as const))('%s (%j)', async (_, name, file) => {
    const { source, out } = place()
    file.write(join(source, name))
    const exportSettings = { format: 'tiff', stripLocation: true } as const
    expect(await outcomeOf(join(source, name), out, exportSettings)).toBe('restored')
  })
})

describe('a destination', { timeout: timeout + 5000 }, () => {
  it.each([
    ['that is a file', 'file/photo.png'],
    ['whose name is too long', `${'x'.repeat(300)}/photo.png`],
    ['where nothing can be made', '/proc/petrichor/photo.png'],
    ['that is a device', '/dev/null/photo.png'],
  ])('%s is told as unwritable', async (_, output) => {
    const { source, out } = place()
    await writePhoto(join(source, 'photo.png'))
    writeFileSync(join(source, 'file'), '')
    const target = output.startsWith('/') ? output : join(source, output)
    await expect(restore(join(source, 'photo.png'), target)).rejects.toMatchObject({ code: 'destination-unwritable' }) // prettier-ignore
    expect(readdirSync(out)).toEqual([])
    expect(readdirSync(scratch).filter((name) => name.startsWith('petrichor-'))).toEqual([])
  })
})
