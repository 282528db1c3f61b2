import { execFile } from 'node:child_process'
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { temporaryFolder } from '../../support/folder'
import { modelFixtures } from '../../support/models'
import { smallPromptIr, smallRestormer } from '../../support/smallCheckpoints'
import { basicSr, floatTensor, writeTorchFile } from '../../support/torchWriter'
import { unchanged, writeModelFolder } from '../../support/writeModelFolder'

const folder = temporaryFolder()
const root = fileURLToPath(new URL('../../..', import.meta.url))

/** Runs `petrichor models …` with a home of its own, so that nothing of the user's is touched. */
function models(...args: string[]): Promise<{ code: number; out: string; err: string }> {
  const home = folder('home')
  const env = { ...process.env, HOME: home, XDG_CONFIG_HOME: home, APPDATA: home }
  const command = ['--import', 'tsx', join(root, 'src/cli/main.ts'), 'models', ...args]
  return new Promise((resolve) => {
    execFile(process.execPath, command, { cwd: root, env }, (error, out, err) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : 0, out, err })
    })
  })
}

describe('petrichor models', { timeout: 30_000 }, () => {
  it('imports, lists and removes', async () => {
    const file = folder('rain.pth')
    writeTorchFile(file, smallRestormer(), basicSr)

    const imported = await models('import', file, '--name', 'Strong rain', '--licence', 'MIT')
    expect(imported).toMatchObject({
      code: 0,
      out: expect.stringMatching(/^strong-rain: Restormer, width 8/),
    })
    const listed = await models()
    expect(listed.out).toMatch(/^strong-rain {2}Strong rain {2}\(restormer, .*, use not stated, MIT\)$/m)

    expect(await models('remove', 'strong-rain')).toMatchObject({ code: 0, out: 'strong-rain is removed.\n' })
    expect((await models('list', '--json')).out).not.toContain('strong-rain')
  })

  it('keeps as many experts as are asked for', async () => {
    const file = folder('CPLIR_small.pth')
    writeTorchFile(file, smallPromptIr(), basicSr)
    const kept = async (...flags: string[]) =>
      (JSON.parse((await models('import', file, '--json', ...flags)).out) as { kept: number }).kept
    expect([await kept(), await kept('--kept', '2')]).toEqual([1, 2])
    expect(await models('import', file, '--kept', '4')).toMatchObject({
      code: 2,
      err: expect.stringContaining('Of 3 experts 4 cannot be kept.'),
    })
  })

  it('imports an ONNX model by its folder, under another name', async () => {
    const imported = await models('import', join(modelFixtures, 'brighten'), '--name', 'Brighter', '--json')
    expect(imported.code).toBe(0)
    expect(JSON.parse(imported.out)).toMatchObject({ id: 'brighten', name: 'Brighter', kept: 1 })
    expect((await models()).out).toContain('brighten  Brighter')
    expect(await models('import', join(modelFixtures, 'brighten'), '--kept', '2')).toMatchObject({ code: 2 })
  })

  it('lists what models may be used for', async () => {
    const made = { free: true, private: false, silent: undefined }
    for (const [id, commercial] of Object.entries(made)) {
      writeModelFolder(folder(id), unchanged, { id, commercial, licence: 'Own' })
      expect(await models('import', folder(id))).toMatchObject({ code: 0 })
    }
    const { out } = await models()
    expect(out).toMatch(/^free .*, any use, Own\)$/m)
    expect(out).toMatch(/^private .*, personal use only, Own\)$/m)
    expect(out).toMatch(/^silent .*, use not stated, Own\)$/m)

    const listed = JSON.parse((await models('list', '--json')).out) as { id: string; commercial?: boolean }[]
    expect(Object.fromEntries(listed.map(({ id, commercial }) => [id, commercial]))).toMatchObject(made)
  })

  it('says what is wrong with a file, and leaves nothing', async () => {
    const refused = await models('import', join(root, 'package.json'))
    expect(refused).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('neither a file of torch.save'),
    })
    expect(existsSync(folder('home'))).toBe(false)

    const asJson = await models('import', join(root, 'package.json'), '--json')
    expect(JSON.parse(asJson.out)).toMatchObject({ error: { code: 'checkpoint-unreadable' } })
  })

  it('lists what it expected and found of a model that is not known', async () => {
    const file = folder('other.pth')
    writeTorchFile(file, [floatTensor('conv1.weight', [4, 3, 7, 7], new Float32Array(588))], basicSr)
    const refused = await models('import', file)
    expect(refused).toMatchObject({ code: 2, out: '' })
    expect(refused.err).toMatch(
      /does not know\. Expected “patch_embed\.proj\.weight” \(PromptIR, .*“intro\.weight” \(NAFNet\); found 1 tensors: conv1\.weight \(4x3x7x7\)/,
    )
    expect(existsSync(folder('home'))).toBe(false)
  })

  it('leaves nothing behind of weights that are no numbers', async () => {
    const file = folder('broken.pth')
    const tensors = smallRestormer()
    tensors.at(-1)!.bytes.fill(0xff)
    writeTorchFile(file, tensors, basicSr)
    expect(await models('import', file)).toMatchObject({
      code: 2,
      out: '',
      err: expect.stringContaining('are not numbers'),
    })
    const left = readdirSync(folder('home'), { recursive: true, withFileTypes: true })
    expect(left.filter((entry) => entry.isFile())).toEqual([])
  })

  it('removes nothing that came with Petrichor, and says so', async () => {
    expect(await models('remove', 'petrichor-compact')).toMatchObject({ code: 2, out: '' })
  })

  it('takes no number of experts that is none', async () => {
    expect(await models('import', 'x', '--kept', '0')).toMatchObject({ code: 2 })
  })
})
