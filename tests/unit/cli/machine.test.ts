import { execFile } from 'node:child_process'
import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { describe, expect, it } from 'vitest'
import { makePhoto } from '../../../src/cli/bench'
import { temporaryFolder } from '../../support/folder'
import { modelFixtures } from '../../support/models'

const folder = temporaryFolder()
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs `petrichor …` with a home of its own and no display. */
function petrichor(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const home = folder('home')
  const own = { HOME: home, XDG_CONFIG_HOME: home, APPDATA: home, DISPLAY: '', WAYLAND_DISPLAY: '' }
  const env = { ...process.env, ...own }
  const command = ['--import', 'tsx', join(root, 'src/cli/main.ts'), ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: root, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

describe('petrichor doctor', { timeout: 120_000 }, () => {
  it('tells what the machine can do, what is set aside, and why', async () => {
    mkdirSync(folder('home', 'petrichor', 'models', 'broken'), { recursive: true })
    writeFileSync(folder('home', 'petrichor', 'models', 'broken', 'manifest.json'), '{}')

    const { code, out } = await petrichor('doctor', '--json')
    expect(code).toBe(0)
    const findings = JSON.parse(out) as {
      providers: { trusted: boolean; reason: string }[]
      advice: string[]
    }
    expect(findings).toMatchObject({
      system: { platform: process.platform, node: process.versions.node },
      temporary: { free: expect.any(Number) },
      models: expect.arrayContaining([expect.objectContaining({ id: 'petrichor-compact' })]),
      formats: { read: expect.arrayContaining(['heic']), written: expect.not.arrayContaining(['heic']) },
    })
    expect(findings.providers.at(-1)).toMatchObject({ provider: 'cpu', trusted: true, reason: '' })
    for (const { trusted, reason } of findings.providers) expect(trusted).toBe(reason === '')
    if (process.platform === 'linux') expect(findings.advice.join(' ')).toContain('There is no display')

    // Verdicts were kept, so the second time is only a look.
    expect(existsSync(folder('home', 'petrichor', 'providers.json'))).toBe(true)
    const sheet = await petrichor('doctor')
    expect(sheet.out).toMatch(/^CPU +can be used, [\d.e+]+ megapixels a second$/m)
    expect(sheet.out).toMatch(/^Damaged +.*broken$/m)
  })
})

describe('petrichor bench', { timeout: 60_000 }, () => {
  it('measures a model by a provider, and what of it the model takes', async () => {
    const { code, out } = await petrichor(
      ...[
        'bench',
        '--model',
        join(modelFixtures, 'identity'),
        '--provider',
        'cpu',
        '--megapixels',
        '0.06',
        '--json',
      ],
    )
    expect(code).toBe(0)
    const measured = JSON.parse(out) as Record<'seconds' | 'modelSeconds' | 'megapixelsPerSecond', number>
    expect(measured).toMatchObject({ model: 'identity', provider: 'cpu', megapixels: 0.06 })
    expect(measured.modelSeconds).toBeGreaterThan(0)
    expect(measured.seconds).toBeGreaterThan(measured.modelSeconds)
    expect(measured.megapixelsPerSecond).toBeCloseTo(0.06 / measured.seconds, 1)
  })

  it('makes a photo of as many megapixels as are asked for, also above those that sharp takes by itself', async () => {
    for (const megapixels of [0.01, 0.06, 269]) {
      await makePhoto(folder('photo.jpg'), megapixels)
      const { width, height } = await sharp(folder('photo.jpg'), { limitInputPixels: false }).metadata()
      expect(width * height).toBeLessThanOrEqual(megapixels * 1e6)
      expect(width * height).toBeGreaterThan(0.97 * megapixels * 1e6)
    }
  })

  it('says which provider is not there, and takes no other', async () => {
    const other = process.platform === 'darwin' ? 'dml' : 'coreml'
    const refused = await petrichor('bench', '--provider', other, '--megapixels', '0.01', '--json')
    expect(refused.code).toBe(2)
    expect(JSON.parse(refused.out)).toMatchObject({ error: { code: 'provider-unusable' } })
    expect(await petrichor('bench', '--provider', 'abacus')).toMatchObject({ code: 2, out: '' })
    expect(await petrichor('bench', '--megapixels', '0')).toMatchObject({ code: 2, out: '' })
  })
})
