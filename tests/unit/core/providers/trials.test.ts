import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { describe, expect, it } from 'vitest'
import { findModel, type InstalledModel } from '../../../../src/core/model/library'
import { candidateProviders, forkProbe, ProviderTrials } from '../../../../src/core/providers/trials'
import type { Provider, Verdict } from '../../../../src/shared/providers'
import { temporaryFolder } from '../../../support/folder'
import { modelFixtures } from '../../../support/models'
import { unchanged, writeModelFolder } from '../../../support/writeModelFolder'

const folder = temporaryFolder()
const probeProcess = join(import.meta.dirname, '../../../../src/core/providers/probeProcess.ts')
const brighten = () => findModel('brighten', [modelFixtures])

/** A process that stands where the one of a trial would, and does this. */
function script(body: string): string {
  const path = folder('probe.mjs')
  writeFileSync(path, `${body}\n`)
  return path
}

/** The program of a trial as it is, but `webgpu` is a CPU whose results go through this function. */
function withDevice(result: string): ProviderTrials {
  const path = folder('device.mjs')
  writeFileSync(
    path,
    `import { createRequire } from 'node:module'
    const { InferenceSession, Tensor } = createRequire(${JSON.stringify(pathToFileURL(probeProcess).href)})('onnxruntime-node')
    const create = InferenceSession.create
    const changed = async (data) => (${result})(data)
    InferenceSession.create = async (model, options) => {
      if (options.executionProviders[0] !== 'webgpu') return create.call(InferenceSession, model, options)
      const session = await create.call(InferenceSession, model, { executionProviders: ['cpu'] })
      const run = session.run.bind(session)
      session.run = async (feeds) => {
        const results = await run(feeds)
        const { data, dims } = results.restored
        return { ...results, restored: new Tensor('float32', await changed(data), dims) }
      }
      return session
    }`,
  )
  const execArgv = ['--import', 'tsx', '--import', pathToFileURL(path).href]
  return new ProviderTrials({ start: forkProbe(probeProcess, execArgv) })
}

async function verdictOf(
  trials: ProviderTrials,
  provider: Provider,
  model?: InstalledModel,
): Promise<Verdict> {
  for await (const verdict of trials.verdicts(model ?? (await brighten()), [provider])) return verdict
  throw new Error('no verdict')
}

describe('what is tried', () => {
  it('ends with the CPU everywhere', () => {
    for (const platform of ['darwin', 'win32', 'linux'] as const) {
      expect(candidateProviders(platform).at(-1)).toBe('cpu')
    }
  })
})

describe('a trial', { timeout: 60_000 }, () => {
  const real = () => new ProviderTrials({ start: forkProbe(probeProcess, ['--import', 'tsx']) })

  it('trusts the CPU, and tells its speed', async () => {
    expect(await verdictOf(real(), 'cpu')).toEqual({
      provider: 'cpu',
      trusted: true,
      reason: '',
      megapixelsPerSecond: expect.any(Number),
    })
  })

  it.runIf(process.platform === 'linux')('sets aside what this computer does not have', async () => {
    expect(await verdictOf(real(), 'coreml')).toMatchObject({
      trusted: false,
      reason: 'ONNX Runtime has it on other platforms only',
    })
    expect(await verdictOf(real(), 'dml')).toMatchObject({ trusted: false })
  })

  it.each([
    ['gives black', '(data) => data.map(() => 0)', 'it is one colour all over'],
    ['gives no numbers', '(data) => data.map(() => NaN)', 'wrong pictures'],
    [
      'is off by a twentieth',
      '(data) => data.map((value) => value + 0.05)',
      'wrong pictures (off by up to 0.050)',
    ],
    [
      'is slow',
      '(data) => new Promise((resolve) => setTimeout(() => resolve(data), 500))',
      'slower than the CPU',
    ],
    ['kills its process', '() => process.abort()', 'it crashed (SIGABRT)'],
  ])('sets aside a device that %s', async (_, result, reason) => {
    const verdict = await verdictOf(withDevice(result), 'webgpu')
    expect(verdict).toMatchObject({ trusted: false, reason: expect.stringContaining(reason) })
  })

  it.each([
    ['crashes at once', 'process.kill(process.pid, "SIGSEGV")', 'it crashed (SIGSEGV)', 'crashed'],
    ['ends without a word', '', 'it crashed (exit code 0)', 'crashed'],
    ['hangs', 'setInterval(() => {}, 1000)', 'no answer within 1 s', 'silent'],
    ['hangs without end', 'for (;;) {}', 'no answer within 1 s', 'silent'],
    ['talks nonsense', 'process.send({ trusted: "yes" })', 'an answer that makes no sense', 'senseless'],
  ])('sets aside a provider whose process %s', async (_, body, reason, code) => {
    const trials = new ProviderTrials({ start: forkProbe(script(body), []), limit: 1000 })
    expect(await verdictOf(trials, 'webgpu')).toEqual({
      provider: 'webgpu',
      trusted: false,
      reason,
      cause: { code, value: expect.any(String) },
    })
  })

  it('leaves no process behind that hangs', async () => {
    const start = forkProbe(
      script(`import { writeFileSync } from 'node:fs'
      writeFileSync(${JSON.stringify(folder('pid'))}, String(process.pid))
      for (;;) {}`),
      [],
    )
    await verdictOf(new ProviderTrials({ start, limit: 2000 }), 'webgpu')
    const pid = Number(readFileSync(folder('pid'), 'utf8'))
    await expect.poll(() => isRunning(pid)).toBe(false)
  })
})

describe('choosing', () => {
  /** A process that trusts only this provider, and counts how often it is asked. */
  const trusting = (provider: Provider) => {
    const asked: Provider[] = []
    const start = (_: string, candidate: Provider) => {
      asked.push(candidate)
      return forkProbe(script(`process.send({ trusted: ${candidate === provider}, reason: '' })`), [])(
        '',
        candidate,
      )
    }
    return { asked, start }
  }

  it('takes the first that is trusted, and asks no further', async () => {
    const { asked, start } = trusting('dml')
    expect(
      await new ProviderTrials({ start }).choose(await brighten(), ['cuda', 'dml', 'webgpu', 'cpu']),
    ).toBe('dml')
    expect(asked).toEqual(['cuda', 'dml'])
  })

  it('takes the CPU where none is', async () => {
    const { start } = trusting('coreml')
    expect(await new ProviderTrials({ start }).choose(await brighten(), ['webgpu', 'cpu'])).toBe('cpu')
  })

  it('remembers verdicts, for this model only', async () => {
    const { asked, start } = trusting('webgpu')
    const cache = folder('verdicts.json')
    const choose = async (model: InstalledModel) =>
      new ProviderTrials({ start, cache }).choose(model, ['webgpu'])
    expect(await choose(await brighten())).toBe('webgpu')
    expect(await choose(await brighten())).toBe('webgpu')
    expect(asked).toHaveLength(1)
    writeModelFolder(folder('other'), unchanged)
    await choose(await findModel(folder('other'), []))
    expect(asked).toHaveLength(2)
  })

  it('asks again after a month, and where what it remembers is damaged', async () => {
    const { asked, start } = trusting('webgpu')
    const cache = folder('verdicts.json')
    const choose = async () => new ProviderTrials({ start, cache }).choose(await brighten(), ['webgpu'])
    await choose()
    const text = readFileSync(cache, 'utf8')
    writeFileSync(cache, text.replace(/"time": \d+/, `"time": ${Date.now() - 31 * 24 * 3600 * 1000}`))
    await choose()
    expect(asked).toHaveLength(2)
    writeFileSync(cache, text.slice(0, 40))
    await choose()
    expect(asked).toHaveLength(3)
  })

  it('passes over one that failed after its trial', async () => {
    const { start } = trusting('webgpu')
    const trials = new ProviderTrials({ start, cache: folder('verdicts.json') })
    const model = await brighten()
    await trials.setAside(model, 'webgpu', 'it crashed while a photo was restored')
    expect(await trials.choose(model, ['webgpu', 'cpu'])).toBe('cpu')
    expect(await verdictOf(trials, 'webgpu')).toMatchObject({
      reason: 'it crashed while a photo was restored',
    })
  })
})

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch {
    return false
  }
}
