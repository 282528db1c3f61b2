import { PetrichorError } from '../../shared/errors'

/** Throws `cancelled` once the signal is aborted. */
export function stopIfCancelled(signal: AbortSignal | undefined): void {
  if (!signal?.aborted) return
  throw new PetrichorError('cancelled', 'The restoration was cancelled.', 'Start it again when you like.')
}
