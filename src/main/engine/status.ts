import type { EngineStatus } from '../../shared/contract'
import type { Life } from '../workers/host'
import type { Ended } from '../workers/process'

/** What the window is told of the engine process. */
export function statusOf(life: Life): EngineStatus {
  if (life.state !== 'died') return { state: life.state }
  return { state: 'stopped', reason: life.wasReady ? stopped(life.how) : neverStarted(life.how) }
}

function stopped(how: Ended): string {
  return `it ended unexpectedly (${how instanceof Error ? how.message : how}). The next photo starts it again.`
}

function neverStarted(how: Ended): string {
  const isMissing = how instanceof Error && 'code' in how && how.code === 'ENOENT'
  if (isMissing) return 'the Node program that it runs in was not found.'
  return `it could not be started (${how instanceof Error ? how.message : how}).`
}
