import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findModel } from '../../../../src/core/model/library'
import { loadSession, type Session } from '../../../../src/core/model/session'
import type { Planes } from '../../../../src/core/photo/raster'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { modelFixtures } from '../../../support/models'
import { black, writeModelFolder } from '../../../support/writeModelFolder'

const folder = temporaryFolder()
let loaded: Session | undefined
afterEach(async () => {
  await loaded?.close()
  loaded = undefined
})

async function load(path: string): Promise<Session> {
  return (loaded = await loadSession(await findModel(path, [modelFixtures])))
}

/** 8 by 16 pixels of one colour. */
function flat(red: number, green: number, blue: number): Planes {
  return Float32Array.from({ length: 3 * 128 }, (_, at) => [red, green, blue][Math.floor(at / 128)]!)
}

describe('a model', () => {
  it('restores by its own router and tells its gates', async () => {
    const { restored, gates } = await (
      await load('brighten')
    ).run({ planes: flat(0.25, 0.75, 1), width: 16, height: 8 })
    expect(restored).toEqual(flat(0.375, 0.625, 0.75))
    expect(gates).toEqual([[0, 0.75, 0]])
  })

  it('restores by gates that are forced on it, and still tells its own', async () => {
    const { restored, gates } = await (
      await load('brighten')
    ).run({ planes: flat(0.75, 0.25, 1), width: 16, height: 8 }, { gates: [[0, 0, 1]] })
    expect(restored).toEqual(flat(0.375, 0.125, 0.5))
    expect(gates).toEqual([[0.75, 0, 0]])
  })

  it('may have no gates', async () => {
    const session = await load('identity')
    expect(await session.run({ planes: flat(0.1, 0.2, 0.3), width: 16, height: 8 })).toMatchObject({
      restored: flat(0.1, 0.2, 0.3),
      gates: [],
    })
    expect(session.provider).toBe('cpu')
  })

  it('is refused where its inputs are not those that the manifest promises', async () => {
    cpSync(join(modelFixtures, 'identity'), folder('model'), { recursive: true })
    const manifest = JSON.parse(readFileSync(folder('model', 'manifest.json'), 'utf8')) as object
    const claims = { ...manifest, levels: 1, kept: 1, experts: ['rain'] }
    writeFileSync(folder('model', 'manifest.json'), JSON.stringify(claims))
    await expectFailure(load(folder('model')), 'model-invalid')
  })

  it('is not believed where a picture becomes one colour', async () => {
    writeModelFolder(folder('black'), black)
    const session = await load(folder('black'))
    const slope = Float32Array.from({ length: 3 * 128 }, (_, at) => (at % 128) / 128)
    await expectFailure(session.run({ planes: slope, width: 16, height: 8 }), 'bad-result')
    // What was one colour before may stay so.
    expect((await session.run({ planes: flat(0.1, 0.2, 0.3), width: 16, height: 8 })).restored).toEqual(
      flat(0, 0, 0),
    )
  })

  it('says which provider could not run it', async () => {
    const model = await findModel('identity', [modelFixtures])
    const other = process.platform === 'darwin' ? 'dml' : 'coreml'
    await expectFailure(loadSession(model, { provider: other }), 'provider-unusable')
  })
})
