import type { ErrorReport } from '../../core/errors'

/** What a worker process can be asked: for each method what goes in, what comes back and what it tells meanwhile. */
export type Methods = Record<string, { input: unknown; output: unknown; progress: unknown }>

export type Request = { id: number; method: string; input: unknown } | { id: number; cancel: true }

export type Reply =
  { id: number; progress: unknown } | { id: number; value: unknown } | { id: number; error: ErrorReport }
