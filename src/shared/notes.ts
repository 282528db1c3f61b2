import { z } from 'zod'

/** Stable names of what is worth saying of a result that succeeded. */
export const noteCodes = [
  'first-of-several',
  'cmyk-converted',
  'format-replaced',
  'depth-reduced',
  'alpha-flattened',
] as const

/** What was done to a photo beyond restoring it: a sentence that a person reads, and a code for scripts. */
export const Note = z.object({ code: z.enum(noteCodes), message: z.string() })
export type Note = z.infer<typeof Note>
