import { fileURLToPath } from 'node:url'
import { afterEach, describe, expect, it } from 'vitest'
import type { Session } from '../../../../src/core/model/session'
import { type Probe, ProviderTrials } from '../../../../src/core/providers/trials'
import { ModelPool } from '../../../../src/core/restore/modelPool'
import { PetrichorError } from '../../../../src/shared/errors'
import { expectFailure } from '../../../support/failures'
import { modelFixtures as library } from '../../../support/models'

/** A provider that this platform does not have. */
const absent = process.platform === 'darwin' ? 'dml' : 'coreml'
const outOfMemory = new PetrichorError('out-of-memory', 'Too little memory.', 'Close something.')

const bundled = fileURLToPath(new URL('../../../../resources/models', import.meta.url))
let pool = new ModelPool([library])
afterEach(async () => {
  await pool.close()
  pool = new ModelPool([library])
})

/** Trials that trust a provider until it was set aside. */
class Trusting extends ProviderTrials {
  readonly reasons: string[] = []
  constructor() {
    super({ start: () => ({}) as Probe })
  }
  override choose() {
    return Promise.resolve(this.reasons.length === 0 ? (absent as 'coreml') : ('cpu' as const))
  }
  override setAside(_: unknown, __: unknown, reason: string) {
    this.reasons.push(reason)
    return Promise.resolve()
  }
}

describe('models', () => {
  it('tries smaller tiles while memory is short', async () => {
    pool = new ModelPool([bundled])
    const tiles: number[] = []
    await pool.use('petrichor-compact', ({ manifest }) => {
      tiles.push(manifest.tile)
      return manifest.tile > 400 ? Promise.reject(outOfMemory) : Promise.resolve()
    })
    expect(tiles).toEqual([768, 384])
  })

  it('takes the tile that is wished, as near as the model can do, and smaller ones while memory is short', async () => {
    pool = new ModelPool([bundled])
    const tiles: [number, boolean][] = []
    const work = ({ manifest }: Session, isRoomy: boolean) => {
      tiles.push([manifest.tile, isRoomy])
      return manifest.tile > 400 ? Promise.reject(outOfMemory) : Promise.resolve()
    }
    await pool.use('petrichor-compact', work, 600)
    await pool.use('petrichor-compact', work, 1)
    expect(tiles).toEqual([
      [608, false],
      [304, false],
      [256, false],
    ])
  })

  it('gives up where the smallest tile is too much on the CPU', async () => {
    pool = new ModelPool([bundled])
    let attempts = 0
    const work = pool.use('petrichor-compact', () => {
      attempts++
      return Promise.reject(outOfMemory)
    })
    await expectFailure(work, 'out-of-memory')
    expect(attempts).toBe(2)
  })

  it('goes on with the CPU where a trusted provider fails after all, and remembers why', async () => {
    const trials = new Trusting()
    pool = new ModelPool([library], trials)
    expect(await pool.use('identity', ({ provider }) => Promise.resolve(provider))).toBe('cpu')
    expect(trials.reasons).toHaveLength(1)
    expect(trials.reasons[0]).toContain('failed')
  })

  it('does not repeat what failed for another reason', async () => {
    let attempts = 0
    const work = pool.use('identity', () => {
      attempts++
      return Promise.reject(new PetrichorError('damaged-image', 'It is damaged.', 'Copy it again.'))
    })
    await expectFailure(work, 'damaged-image')
    expect(attempts).toBe(1)
  })

  it('keep one in use loaded while another one is worked with', async () => {
    const red = Float32Array.from({ length: 3 * 16 * 16 }, (_, at) => (at < 256 ? 0.6 : at / 1000))
    await pool.use('brighten', async (brighten) => {
      await pool.use('identity', () => Promise.resolve())
      expect((await brighten.run({ planes: red, width: 16, height: 16 })).gates[0]![0]).toBeCloseTo(0.6)
    })
  })
})
