import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { importFolder } from '../../../../src/core/install/importFolder'
import { inspectModel } from '../../../../src/core/install/importModel'
import { importWeights } from '../../../../src/core/install/importWeights'
import { listModels } from '../../../../src/core/model/library'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { modelFixtures } from '../../../support/models'
import { smallPromptIr } from '../../../support/smallCheckpoints'
import { basicSr, writeTorchFile } from '../../../support/torchWriter'
import { black, noNumbers, twoGates, unchanged, writeModelFolder } from '../../../support/writeModelFolder'

const folder = temporaryFolder()
const library = () => folder('library')
const left = () => (existsSync(library()) ? readdirSync(library()) : [])

describe('importing an ONNX model with its manifest', () => {
  it('copies it under a free id, and its card with it', async () => {
    writeModelFolder(folder('mine'), unchanged, { id: 'mine', name: 'Mine' })
    writeFileSync(folder('mine', 'README.md'), '# Mine')
    writeFileSync(folder('mine', 'notes.txt'), 'not of the model')
    await importFolder(folder('mine'), library())
    const model = await importFolder(folder('mine'), library(), { name: 'Again', licence: 'MIT' })
    expect(model.manifest).toMatchObject({ id: 'mine-2', name: 'Again', licence: 'MIT' })
    expect(left().toSorted()).toEqual(['mine', 'mine-2'])
    expect(readdirSync(model.folder).toSorted()).toEqual(['README.md', 'manifest.json', 'model.onnx'])
    expect((await listModels([library()])).find(({ manifest }) => manifest.id === 'mine-2')).toEqual(model)
  })

  it('takes one with gates, and one with weights beside the graph', async () => {
    await importFolder(join(modelFixtures, 'brighten'), library())
    writeTorchFile(folder('weights.pth'), smallPromptIr(), basicSr)
    const { model } = await importWeights(folder('weights.pth'), folder('other'))
    const copy = await importFolder(model.folder, library())
    expect(copy.bytes).toBe(model.bytes)
    expect(left().toSorted()).toEqual(['brighten', 'weights'])
  })

  it.each([true, false, undefined])('keeps what it says of paid work: %j', async (commercial) => {
    writeModelFolder(folder('mine'), unchanged, { commercial })
    expect((await inspectModel(folder('mine'))).commercial).toBe(commercial)
    const { manifest } = await importFolder(folder('mine'), library(), { licence: 'Whatever I like' })
    expect(manifest.commercial).toBe(commercial)
  })

  it('says where there is no model', async () => {
    await expectFailure(importFolder(folder('nowhere'), library()), 'model-not-found')
    await expectFailure(importFolder(folder(), library()), 'model-not-found')
  })

  const routed = { levels: 1, kept: 1, experts: ['rain', 'haze'] }
  it.each([
    ['gives no numbers', () => writeModelFolder(folder('bad'), noNumbers)],
    ['gives black', () => writeModelFolder(folder('bad'), black)],
    [
      'has no gates where its manifest says so',
      () => writeModelFolder(folder('bad'), unchanged, { ...routed, levels: 0, pooled: 4 }),
    ],
    ['opens more gates than its manifest says', () => writeModelFolder(folder('bad'), twoGates, routed)],
    [
      'is another file than its manifest says',
      () => writeModelFolder(folder('bad'), unchanged, { sha256: '1'.repeat(64) }),
    ],
    [
      'is no ONNX',
      () => {
        writeModelFolder(folder('bad'), unchanged)
        writeFileSync(folder('bad', 'model.onnx'), 'nonsense')
      },
    ],
    [
      'has a manifest that is none',
      () => {
        writeModelFolder(folder('bad'), unchanged)
        const manifest = JSON.parse(readFileSync(folder('bad', 'manifest.json'), 'utf8')) as object
        writeFileSync(folder('bad', 'manifest.json'), JSON.stringify({ ...manifest, id: '../escape' }))
      },
    ],
  ])('leaves nothing behind of one that %s', async (_, write) => {
    write()
    await expectFailure(importFolder(folder('bad'), library()), 'model-invalid')
    expect(left()).toEqual([])
  })

  it('leaves nothing behind where it is cancelled', async () => {
    writeModelFolder(folder('mine'), unchanged)
    await expect(
      importFolder(folder('mine'), library(), {}, { signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({
      name: 'AbortError',
    })
    expect(left()).toEqual([])
  })
})
