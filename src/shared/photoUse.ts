/** What photos are for, and whether models allow it. */
import { z } from 'zod'

/** What a user may say of the photos; `commercial` is paid work. */
export const photoUses = ['unstated', 'personal', 'commercial'] as const
export type PhotoUse = (typeof photoUses)[number]

/** Whether a model may be used for paid work; absent where nobody has said. */
export const Commercial = z.boolean().optional()

/** A model, or a file that can become one. */
interface Terms {
  commercial?: z.infer<typeof Commercial>
}

/** What a model may be used for. */
export function allowedUse({ commercial }: Terms): 'personal' | 'any' | 'unstated' {
  return commercial === undefined ? 'unstated' : commercial ? 'any' : 'personal'
}

/** Whether a model forbids what the photos are for; one that says nothing forbids nothing. */
export function isForbidden({ commercial }: Terms, use: PhotoUse): boolean {
  return use === 'commercial' && commercial === false
}
