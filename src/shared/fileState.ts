import { z } from 'zod'

/** What tells whether a file is still the one that was there: its length, and when it was last written in ms since 1970. */
export const FileState = z.object({ bytes: z.number(), modified: z.number() })
export type FileState = z.infer<typeof FileState>

export function isSameState(a: FileState | undefined, b: FileState | undefined): boolean {
  return a !== undefined && b !== undefined && a.bytes === b.bytes && a.modified === b.modified
}
