import { cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { findModel, listModels, readWeights } from '../../../../src/core/model/library'
import { Manifest } from '../../../../src/core/model/manifest'
import { loadSession } from '../../../../src/core/model/session'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { manifest, modelFixtures } from '../../../support/models'

const folder = temporaryFolder()

/** A copy of a model of the fixtures, its manifest changed. */
function copyOf(name: string, target: string, changes: object = {}): void {
  cpSync(join(modelFixtures, name), target, { recursive: true })
  const file = join(target, 'manifest.json')
  writeFileSync(file, JSON.stringify({ ...(JSON.parse(readFileSync(file, 'utf8')) as object), ...changes }))
}

describe('a library of models', () => {
  it('lists what is whole and passes over the rest', async () => {
    copyOf('brighten', folder('brighten'))
    copyOf('identity', folder('broken'), { schemaVersion: 2 })
    copyOf('identity', folder('hollow'))
    rmSync(folder('hollow', 'model.onnx'))
    mkdirSync(folder('empty'))
    writeFileSync(folder('README.md'), '')
    const models = await listModels([folder(), folder('nowhere')])
    expect(models.map(({ manifest }) => manifest.id)).toEqual(['brighten'])
    expect(models[0]!.bytes).toBe(readFileSync(folder('brighten', 'model.onnx')).length)
  })

  it('finds a model by its id, whatever its folder is called, and in the first library that has it', async () => {
    copyOf('brighten', folder('a', 'whatever'))
    copyOf('brighten', folder('b', 'brighten'))
    expect((await findModel('brighten', [folder('a'), folder('b')])).folder).toBe(folder('a', 'whatever'))
  })

  it('finds a model by the path of its folder', async () => {
    copyOf('identity', folder('mine'))
    expect((await findModel(folder('mine'), [])).manifest.id).toBe('identity')
    expect((await findModel(join(modelFixtures, 'identity'), [])).manifest.id).toBe('identity')
  })

  it.each(['nothing', '', '..', '../identity', '/'])('does not find %j', async (name) => {
    mkdirSync(folder('library'))
    copyOf('identity', folder('identity'))
    await expectFailure(findModel(name, [folder('library')]), 'model-not-found')
  })

  it('says of a broken model that it is broken, not that it is missing', async () => {
    mkdirSync(folder('broken'))
    writeFileSync(folder('broken', 'manifest.json'), '{ "schemaVersion":')
    await expectFailure(findModel('broken', [folder()]), 'model-invalid')
    await expectFailure(findModel(folder('broken'), []), 'model-invalid')
  })

  it('loads no file that the manifest does not describe', async () => {
    copyOf('identity', folder('identity'))
    const file = folder('identity', 'model.onnx')
    const bytes = readFileSync(file)
    bytes[bytes.length - 1]! ^= 1
    writeFileSync(file, bytes)
    const model = await findModel('identity', [folder()])
    await expectFailure(readWeights(model), 'model-invalid')
    await expectFailure(loadSession(model), 'model-invalid')
  })
})

it('holds of the model that is shipped what its licence says of paid work', async () => {
  const shipped = fileURLToPath(new URL('../../../../resources/models/petrichor-compact', import.meta.url))
  const { licence, commercial } = (await findModel(shipped, [])).manifest
  expect(commercial).toBe(!licence.includes('non-commercial'))
})

describe('a manifest', () => {
  const whole = manifest({
    levels: 1,
    kept: 1,
    experts: ['rain', 'haze'],
    tasks: [{ id: 'rain', label: 'Rain', gates: [[1, 0]] }],
  })

  it('holds when it is whole', () => {
    expect(Manifest.parse(whole)).toEqual(whole)
    expect(Manifest.parse(manifest())).toEqual(manifest())
  })

  it.each([true, false, undefined])('keeps what it says of paid work: %j', (commercial) => {
    expect(Manifest.parse({ ...whole, commercial }).commercial).toBe(commercial)
  })

  it.each([
    ['another schema version', { schemaVersion: 2 }],
    ['an id that is a path', { id: '../evil' }],
    ['a checksum that is none', { sha256: 'abc' }],
    ['a tile off the grid', { tile: 100 }],
    ['an overlap of more than half a tile', { overlap: 40 }],
    ['a grid of nothing', { multiple: 0 }],
    ['no expert kept', { kept: 0 }],
    ['more experts kept than there are', { kept: 3 }],
    ['a task with a level too many', { tasks: [{ id: 'rain', label: 'Rain', gates: [[1, 0], [1, 0]] }] }], // prettier-ignore
    ['a task with an expert too few', { tasks: [{ id: 'rain', label: 'Rain', gates: [[1]] }] }],
    ['no licence', { licence: undefined }],
    ['a word for whether paid work is allowed', { commercial: 'yes' }],
  ])('does not hold with %s', (_, changes) => {
    expect(Manifest.safeParse({ ...whole, ...changes }).success).toBe(false)
  })
})
