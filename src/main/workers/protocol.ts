import type { ErrorReport } from '../../shared/errors'

/** What a worker process can be asked: for each method what goes in, what comes back and what it tells meanwhile. */
export type Methods = Record<string, { input: unknown; output: unknown; progress: unknown }>

/** `end` asks the process to exit, after it has put its temporary files away. */
export type Request =
  { id: number; method: string; input: unknown } | { id: number; cancel: true } | { end: true }

/** `ready` is said once, when everything is loaded. */
export type Reply =
  | { ready: true }
  | { id: number; progress: unknown }
  | { id: number; value: unknown }
  | { id: number; error: ErrorReport }
