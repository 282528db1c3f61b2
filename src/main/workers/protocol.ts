import type { ErrorReport } from '../../shared/errors'

/** The methods of a worker process: the input, the output and the progress reports of each. */
export type Methods = Record<string, { input: unknown; output: unknown; progress: unknown }>

/** `end` asks the process to exit, which deletes its temporary files. */
export type Request =
  { id: number; method: string; input: unknown } | { id: number; cancel: true } | { end: true }

/** `ready` is sent once, when everything is loaded. */
export type Reply =
  | { ready: true }
  | { id: number; progress: unknown }
  | { id: number; value: unknown }
  | { id: number; error: ErrorReport }
