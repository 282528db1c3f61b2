import type { Speed } from '../../shared/models'
import type { InstalledModel } from '../model/library'
import { testPicture } from '../model/selfTest'
import { loadSession } from '../model/session'
import type { ProviderTrials } from './trials'

/** How long is measured at least, in seconds, after a warm-up run. */
const enough = 3

/**
 * Measures how fast a model runs on the provider that is trusted with it, at its usual tile size. Throws what
 * `loadSession` throws.
 */
export async function speedOf(model: InstalledModel, trials: ProviderTrials): Promise<Speed> {
  const { tile, overlap } = model.manifest
  const session = await loadSession(model, { provider: await trials.choose(model) })
  try {
    const picture = testPicture(tile, tile)
    await session.run({ planes: picture, width: tile, height: tile })
    const began = performance.now()
    let runs = 0
    let seconds = 0
    for (; seconds < enough; runs++, seconds = (performance.now() - began) / 1000) {
      await session.run({ planes: picture, width: tile, height: tile })
    }
    const fresh = (tile - overlap) ** 2
    return { megapixelsPerSecond: (runs * fresh) / 1e6 / seconds, provider: session.provider }
  } finally {
    await session.close()
  }
}
