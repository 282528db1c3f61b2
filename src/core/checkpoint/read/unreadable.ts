import { PetrichorError } from '../../../shared/errors'

/**
 * The error for a file that is damaged, lies about itself, or is no checkpoint. `why` is a clause without its full
 * stop.
 */
export function unreadable(why: string, cause?: unknown): PetrichorError {
  return new PetrichorError(
    'checkpoint-unreadable',
    `The checkpoint cannot be read: ${why}.`,
    'Download it again, or choose a file written by torch.save, PyTorch Lightning or safetensors.',
    cause,
  )
}

/** The error for weights that are sound and fit no model that Petrichor can build. */
export function unknownArchitecture(message: string, detail: string): PetrichorError {
  return new PetrichorError('checkpoint-unknown', message, detail)
}
