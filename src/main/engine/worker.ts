import { join } from 'node:path'
import type { Job, JobResult, Progress } from '../../core/batch/job'
import { openResults } from '../../core/batch/results'
import { forkProbe, ProviderTrials } from '../../core/model/providers'
import { type Mix, mixResult } from '../../core/restore/mixResult'
import { type PreviewResult, type PreviewWish, Restorer } from '../../core/restore/restorer'
import { serve } from '../workers/serve'

/** What the engine process does. */
export type EngineMethods = {
  /** libraries: folders with networks; results: the file in which they are written down; job: the photo to restore. */
  restore: {
    input: { libraries: string[]; results: string; job: Job }
    output: JobResult
    progress: Progress
  }
  preview: {
    input: { libraries: string[]; results: string; wish: PreviewWish }
    output: PreviewResult
    progress: never
  }
  /** Let go of the networks that are kept loaded. */
  forget: { input: undefined; output: void; progress: never }
  mix: { input: Mix; output: string; progress: never }
}

// What main does not tell with each call: where the verdicts on execution providers are kept.
const trials = new ProviderTrials({
  start: forkProbe(join(import.meta.dirname, '..', 'probe.js')),
  cache: process.env['PETRICHOR_VERDICTS']!,
})
let restorer: Restorer | undefined
let restoring: Promise<unknown> = Promise.resolve()

serve<EngineMethods>({
  restore: ({ libraries, results, job }, { signal, progress }) => {
    const restored = restorerOf(libraries, results).restore(job, {
      signal,
      onProgress: (done, total) => progress({ done, total }),
    })
    restoring = restored.catch(() => undefined)
    return restored
  },
  preview: ({ libraries, results, wish }, { signal }) => restorerOf(libraries, results).preview(wish, signal),
  forget: async () => {
    await restoring
    await restorer?.close()
    restorer = undefined
  },
  mix: (mix) => mixResult(mix),
})

function restorerOf(libraries: string[], results: string): Restorer {
  return (restorer ??= new Restorer(libraries, { results: openResults(results), trials }))
}
