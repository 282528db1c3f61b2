import type { EngineStatus } from '../../shared/machine'
import type { Life } from '../workers/host'

/** What the window is told of the engine process. */
export function statusOf(life: Life): EngineStatus {
  if (life.state !== 'died') return { state: life.state }
  const { how, wasReady } = life
  const isMissing = how instanceof Error && 'code' in how && how.code === 'ENOENT'
  return {
    state: 'stopped',
    reason: wasReady ? 'ended' : isMissing ? 'missing' : 'unstartable',
    how: how instanceof Error ? how.message : String(how),
  }
}
