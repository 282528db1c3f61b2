import { spawnSync } from 'node:child_process'
import { existsSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importWeights, inspectWeights } from '../../../../src/core/install/importWeights'
import { removeModel } from '../../../../src/core/install/removeModel'
import { findModel, listModels } from '../../../../src/core/model/library'
import { loadSession } from '../../../../src/core/model/session'
import { temporaryFolder } from '../../../support/folder'
import { writeSafetensors } from '../../../support/safetensorsWriter'
import { smallPromptIr, smallRestormer } from '../../../support/smallCheckpoints'
import {
  basicSr,
  floatTensor,
  lightning,
  type WritableTensor,
  writeOldTorchFile,
  writeTorchFile,
} from '../../../support/torchWriter'

const program = join(import.meta.dirname, 'importedUntilKilled.ts')
const folder = temporaryFolder()
let files = 0

function torchFile(tensors: WritableTensor[], wrap = basicSr): string {
  const path = folder(`weights-${++files}.pth`)
  writeTorchFile(path, tensors, wrap)
  return path
}

const newLibrary = () => folder(`library-${++files}`)
const zeros = (name: string, shape: number[]) =>
  floatTensor(name, shape, new Float32Array(shape.reduce((product, side) => product * side, 1)))
const prefixed = (prefix: string, tensors: WritableTensor[]) =>
  tensors.map((tensor) => ({ ...tensor, name: `${prefix}${tensor.name}` }))
const picture = (side: number) =>
  Float32Array.from({ length: 3 * side * side }, (_, index) => (index % 89) / 89)

describe('recognising', () => {
  it('tells a PromptIR of any size, and that BasicSR’s keeps one expert', async () => {
    expect(await inspectWeights(torchFile(smallPromptIr(8, 3)))).toMatchObject({
      architecture: 'promptir',
      description: 'PromptIR, width 8, blocks 1-1-1-1 + 1, 1 of 3 experts',
      experts: 3,
      kept: 1,
      keptBecause: expect.stringContaining('BasicSR'),
    })
    expect(await inspectWeights(torchFile(smallPromptIr(16, 4)))).toMatchObject({
      description: 'PromptIR, width 16, blocks 1-1-1-1 + 1, 1 of 4 experts',
    })
  })

  it.each(['net.', 'module.', 'module.net.'])('finds names behind “%s”', async (prefix) => {
    const path = torchFile(prefixed(prefix, smallPromptIr()))
    expect(await inspectWeights(path)).toMatchObject({ architecture: 'promptir' })
  })

  it('keeps all experts of Lightning’s, and as many as asked', async () => {
    const path = torchFile(prefixed('net.', smallPromptIr()), lightning)
    expect(await inspectWeights(path)).toMatchObject({
      kept: 3,
      keptBecause: expect.stringContaining('Lightning'),
    })
    expect(await inspectWeights(path, 2)).toMatchObject({ kept: 2, keptBecause: 'as asked' })
    await expect(inspectWeights(path, 4)).rejects.toMatchObject({ code: 'checkpoint-unknown' })
  })

  it('leaves out the layers that PromptIR never runs', async () => {
    const idle = floatTensor('chnl_reduce1.weight', [2, 2, 1, 1], new Float32Array(4))
    expect(await inspectWeights(torchFile([...smallPromptIr(), idle]))).toMatchObject({ kept: 3 })
  })

  it('tells a Restormer', async () => {
    expect(await inspectWeights(torchFile(smallRestormer()))).toMatchObject({
      architecture: 'restormer',
      experts: 0,
      kept: 0,
    })
  })

  it('keeps no experts of a model that has none', async () => {
    await expect(inspectWeights(torchFile(smallRestormer()), 1)).rejects.toMatchObject({
      code: 'checkpoint-unknown',
      message: expect.stringContaining('it has none'),
    })
  })

  it('lists what it expected and found', async () => {
    const tensors = [floatTensor('conv1.weight', [4, 3, 7, 7], new Float32Array(588))]
    await expect(inspectWeights(torchFile(tensors))).rejects.toMatchObject({
      code: 'checkpoint-unknown',
      detail: expect.stringMatching(
        /Expected .*patch_embed.*intro.*found 1 tensors: conv1\.weight \(4x3x7x7\)/,
      ),
    })
  })

  it.each([
    [
      'a tensor is missing',
      (all: WritableTensor[]) => all.filter(({ name }) => name !== 'latent.0.attn.temperature'),
      '“latent.0.attn.temperature” is missing',
    ],
    [
      'a tensor has another shape',
      (all: WritableTensor[]) =>
        all.map((tensor) =>
          tensor.name === 'latent.0.norm1.body.bias' ? { ...tensor, shape: [8, 8] } : tensor,
        ),
      'should be 64, and is 8x8',
    ],
    ...[
      ['latent.0.attn.qkv.weight', [200, 64, 1, 1]],
      ['latent.0.attn.qkv_dwconv.weight', [200, 1, 3, 3]],
      ['latent.0.attn.qkv_dwconv.weight', [100, 1, 3, 3]],
      ['latent.0.ffn.dwconv.weight', [2, 1, 3, 3]],
      ['latent.0.ffn.project_out.weight', [64, 12, 1, 1]],
      ['latent.0.ffn.project_out.weight', [64, 900, 1, 1]],
    ].map(([name, shape]): [string, (all: WritableTensor[]) => WritableTensor[], string] => [
      `“${name}” is ${String(shape)}`,
      (all) => all.map((tensor) => (tensor.name === name ? zeros(tensor.name, shape as number[]) : tensor)),
      'should be',
    ]),
    [
      'there are more tensors',
      (all: WritableTensor[]) => [...all, floatTensor('extra.weight', [1], new Float32Array(1))],
      'extra.weight',
    ],
  ])('says so where %s', async (_, change, message) => {
    await expect(inspectWeights(torchFile(change(smallPromptIr())))).rejects.toMatchObject({
      code: 'checkpoint-unknown',
      message: expect.stringContaining(message),
      detail: expect.stringMatching(/found \d+ tensors: patch_embed\.proj\.weight \(8x3x3x3\)/),
    })
  })
})

describe('importing', () => {
  it('makes a model that is listed, loaded and run', async () => {
    const library = newLibrary()
    const progress: number[] = []
    const { model } = await importWeights(
      torchFile(smallPromptIr()),
      library,
      { name: 'Regen & Nebel', licence: 'MIT' },
      { onProgress: (done, total) => progress.push(done / total) },
    )
    expect(model.manifest).toMatchObject({
      id: 'regen-nebel',
      name: 'Regen & Nebel',
      licence: 'MIT',
      levels: 3,
      kept: 1,
      experts: ['expert 1', 'expert 2', 'expert 3'],
      tasks: [],
      imported: { file: expect.stringMatching(/\.pth$/), label: 'PromptIR', width: 8, blocks: '1-1-1-1 + 1' },
    })
    expect(progress.at(-1)).toBe(1)
    expect(readdirSync(library)).toEqual(['regen-nebel'])
    expect(await listModels([library])).toEqual([model])

    const session = await loadSession(await findModel('regen-nebel', [library]))
    const { restored, gates } = await session.run({ planes: picture(24), width: 24, height: 24 })
    expect(restored.every(Number.isFinite)).toBe(true)
    expect(gates.map((row) => row.filter((weight) => weight > 0).length)).toEqual([1, 1, 1])

    const same = await session.run({ planes: picture(24), width: 24, height: 24 }, { gates })
    expect(same.restored).toEqual(restored)
    const other = await session.run(
      { planes: picture(24), width: 24, height: 24 },
      {
        gates: [
          [0, 0, 1],
          [0, 1, 0],
          [1, 0, 0],
        ],
      },
    )
    // Only the first router sees what it saw before.
    expect(other.gates[0]).toEqual(gates[0])
    expect(other.restored).not.toEqual(restored)
    await session.close()
  })

  it('gives the same model whichever way it was saved', async () => {
    const safetensors = folder('small.safetensors')
    writeSafetensors(safetensors, smallPromptIr())
    const old = folder('old.pth')
    writeOldTorchFile(old, smallPromptIr(), basicSr)
    const paths = [
      old,
      torchFile(smallPromptIr()),
      torchFile(prefixed('net.', smallPromptIr()), lightning),
      safetensors,
    ]
    const hashes = await Promise.all(
      paths.map(
        async (path) =>
          (await importWeights(path, newLibrary(), { name: 'Same', kept: 1 })).model.manifest.sha256,
      ),
    )
    expect(new Set(hashes).size).toBe(1)
  })

  it('gives the same model of files that PyTorch wrote, with all that trainers put into them', async () => {
    const paths = ['small.pth', 'small.ckpt', 'small.safetensors'].map((name) =>
      join(import.meta.dirname, '../../../fixtures/checkpoints', name),
    )
    const imported = await Promise.all(
      paths.map((path) => importWeights(path, newLibrary(), { name: 'Same' })),
    )
    for (const { description } of imported) expect(description).toBe('NAFNet, width 8, blocks 1-1-1-1-1')
    expect(new Set(imported.map(({ model }) => model.manifest.sha256)).size).toBe(1)
  })

  it('imports a Restormer, which has no gates', async () => {
    const { model } = await importWeights(torchFile(smallRestormer()), newLibrary())
    const session = await loadSession(model)
    const { restored, gates } = await session.run({ planes: picture(16), width: 16, height: 16 })
    expect(restored.every(Number.isFinite)).toBe(true)
    expect(gates).toEqual([])
    await session.close()
  })

  it('numbers names that are taken', async () => {
    const library = newLibrary()
    const path = torchFile(smallRestormer())
    await importWeights(path, library, { name: 'Rain' })
    await importWeights(path, library, { name: 'Rain' })
    expect(readdirSync(library).toSorted()).toEqual(['rain', 'rain-2'])
    expect((await listModels([library])).map(({ manifest }) => manifest.id).toSorted()).toEqual([
      'rain',
      'rain-2',
    ])
  })

  it('numbers names that are taken in another library', async () => {
    const [bundled, library] = [newLibrary(), newLibrary()]
    const path = torchFile(smallRestormer())
    await importWeights(path, bundled, { name: 'Rain' })
    const { model } = await importWeights(path, library, { name: 'Rain' }, { otherLibraries: [bundled] })
    expect(model.manifest.id).toBe('rain-2')
    expect(await findModel('rain-2', [bundled, library])).toEqual(model)
  })

  it('leaves nothing behind that the next import does not take away, where it is killed', async () => {
    const library = newLibrary()
    const path = torchFile(smallRestormer())
    const killed = spawnSync(process.execPath, ['--import', 'tsx', program, path, library])
    expect(killed.signal).toBe('SIGKILL')
    expect(readdirSync(library)).toEqual([expect.stringMatching(/^\.petrichor-.*\.part$/)])
    expect(await listModels([library])).toEqual([])
    await importWeights(path, library, { name: 'Rain' })
    expect(readdirSync(library)).toEqual(['rain'])
  })

  it('notices when the weights beside the graph are changed', async () => {
    const { model } = await importWeights(torchFile(smallRestormer()), newLibrary())
    writeFileSync(join(model.folder, 'model.onnx.data'), Buffer.alloc(64))
    await expect(loadSession(model)).rejects.toMatchObject({ code: 'model-invalid' })
  })

  it('leaves nothing behind where weights are not numbers', async () => {
    const library = newLibrary()
    const tensors = smallRestormer()
    tensors.at(-1)!.bytes.fill(0xff)
    await expect(importWeights(torchFile(tensors), library)).rejects.toMatchObject({
      code: 'checkpoint-unreadable',
    })
    expect(readdirSync(library)).toEqual([])
  })

  it('leaves nothing behind where the model gives no numbers', async () => {
    const library = newLibrary()
    const tensors = smallRestormer().map((tensor) =>
      floatTensor(tensor.name, tensor.shape, new Float32Array(tensor.items).fill(3e38)),
    )
    await expect(importWeights(torchFile(tensors), library)).rejects.toMatchObject({
      code: 'model-invalid',
    })
    expect(readdirSync(library)).toEqual([])
  })

  it('leaves nothing behind where it is cancelled', async () => {
    const library = newLibrary()
    const cancel = new AbortController()
    const importing = importWeights(
      torchFile(smallRestormer()),
      library,
      {},
      {
        signal: cancel.signal,
        onProgress: () => cancel.abort(),
      },
    )
    await expect(importing).rejects.toMatchObject({ name: 'AbortError' })
    expect(readdirSync(library)).toEqual([])
  })

  it('makes no folder for what is no model', async () => {
    const library = newLibrary()
    await expect(importWeights(torchFile([]), library)).rejects.toMatchObject({
      code: 'checkpoint-unknown',
    })
    expect(existsSync(library)).toBe(false)
  })
})

describe('removing', () => {
  it('takes the model away, and no other', async () => {
    const library = newLibrary()
    const path = torchFile(smallRestormer())
    await importWeights(path, library, { name: 'One' })
    await importWeights(path, library, { name: 'Two' })
    await removeModel('one', library)
    expect(readdirSync(library)).toEqual(['two'])
    await expect(removeModel('../library', library)).rejects.toMatchObject({ code: 'model-not-found' })
  })
})
