import { z } from 'zod'

/** Stable names of everything that can go wrong; scripts and translations may rely on them. */
export const errorCodes = [
  'not-found',
  'unreadable',
  'not-an-image',
  'unsupported-format',
  'damaged-image',
  'image-too-large',
  'no-photos',
  'model-not-found',
  'model-invalid',
  'provider-unusable',
  'checkpoint-unreadable',
  'checkpoint-unknown',
  'unknown-task',
  'bad-result',
  'out-of-memory',
  'disk-full',
  'destination-unwritable',
  'original-protected',
  'metadata-unwritable',
  'settings-invalid',
  'cancelled',
  'engine-stopped',
  'invalid-call',
  'internal',
] as const

export type ErrorCode = (typeof errorCodes)[number]

/** An error as it crosses a process border: what happened, and in `detail` what the user can do about it. */
export const ErrorReport = z.object({
  code: z.enum(errorCodes),
  message: z.string(),
  detail: z.string(),
})
export type ErrorReport = z.infer<typeof ErrorReport>

/** An error that a person can act on. The technical cause is kept for the log and shown nowhere else. */
export class PetrichorError extends Error {
  override readonly name = 'PetrichorError'

  constructor(
    readonly code: ErrorCode,
    /** One sentence: what happened. */
    message: string,
    /** One sentence: what to do. */
    readonly detail: string,
    cause?: unknown,
  ) {
    super(message, { cause })
  }
}

/** Any thrown value as a report; what is not a PetrichorError is a fault of ours and says so. */
export function reportOf(error: unknown): ErrorReport {
  if (error instanceof PetrichorError) {
    return { code: error.code, message: error.message, detail: error.detail }
  }
  return {
    code: 'internal',
    message: 'Something went wrong inside Petrichor.',
    detail: `Please report it with the log. (${error instanceof Error ? error.message : String(error)})`,
  }
}

/** The error that a report describes, on the other side of a border. */
export function errorOf(report: ErrorReport): PetrichorError {
  return new PetrichorError(report.code, report.message, report.detail)
}
