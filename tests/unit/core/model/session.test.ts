import { cpSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, describe, expect, it } from 'vitest'
import { findModel } from '../../../../src/core/model/library'
import { loadNetwork, type Network } from '../../../../src/core/model/session'
import type { Planes } from '../../../../src/core/photo/raster'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { networks } from '../../../support/models'
import { black, writeNetwork } from '../../../support/writeModelFolder'

const folder = temporaryFolder()
let loaded: Network | undefined
afterEach(async () => {
  await loaded?.close()
  loaded = undefined
})

async function load(path: string): Promise<Network> {
  return (loaded = await loadNetwork(await findModel(path, [networks])))
}

/** 8 by 16 pixels of one colour. */
function flat(red: number, green: number, blue: number): Planes {
  return Float32Array.from({ length: 3 * 128 }, (_, at) => [red, green, blue][Math.floor(at / 128)]!)
}

describe('a network', () => {
  it('restores by its own router and tells its gates', async () => {
    const { restored, gates } = await (await load('brighten')).run(flat(0.25, 0.75, 1), 8, 16)
    expect(restored).toEqual(flat(0.375, 0.625, 0.75))
    expect(gates).toEqual([[0, 0.75, 0]])
  })

  it('restores by gates that are forced on it, and still tells its own', async () => {
    const { restored, gates } = await (await load('brighten')).run(flat(0.75, 0.25, 1), 8, 16, [[0, 0, 1]])
    expect(restored).toEqual(flat(0.375, 0.125, 0.5))
    expect(gates).toEqual([[0.75, 0, 0]])
  })

  it('may have no gates', async () => {
    const network = await load('identity')
    expect(await network.run(flat(0.1, 0.2, 0.3), 8, 16)).toMatchObject({
      restored: flat(0.1, 0.2, 0.3),
      gates: [],
    })
    expect(network.provider).toBe('cpu')
  })

  it('is refused where its inputs are not those that the manifest promises', async () => {
    cpSync(join(networks, 'identity'), folder('network'), { recursive: true })
    const manifest = JSON.parse(readFileSync(folder('network', 'manifest.json'), 'utf8')) as object
    const claims = { ...manifest, levels: 1, kept: 1, experts: ['rain'] }
    writeFileSync(folder('network', 'manifest.json'), JSON.stringify(claims))
    await expectFailure(load(folder('network')), 'model-invalid')
  })

  it('is not believed where a picture becomes one colour', async () => {
    writeNetwork(folder('black'), black)
    const network = await load(folder('black'))
    const slope = Float32Array.from({ length: 3 * 128 }, (_, at) => (at % 128) / 128)
    await expectFailure(network.run(slope, 8, 16), 'bad-result')
    // What was one colour before may stay so.
    expect((await network.run(flat(0.1, 0.2, 0.3), 8, 16)).restored).toEqual(flat(0, 0, 0))
  })

  it('says which provider could not run it', async () => {
    const model = await findModel('identity', [networks])
    const other = process.platform === 'darwin' ? 'dml' : 'coreml'
    await expectFailure(loadNetwork(model, { provider: other }), 'provider-unusable')
  })
})
