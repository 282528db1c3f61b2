import type { Job, JobResult, Progress } from '../../core/batch/job'
import { type Mix, mixResult } from '../../core/restore/mixResult'
import { openResults } from '../../core/batch/results'
import { Restorer } from '../../core/restore/restorer'
import { serve } from '../workers/serve'

/** What the engine process does. */
export type EngineMethods = {
  /** libraries: folders with networks; results: the file in which they are written down; job: the photo to restore. */
  restore: {
    input: { libraries: string[]; results: string; job: Job }
    output: JobResult
    progress: Progress
  }
  /** Let go of the network that is kept loaded. */
  forget: { input: undefined; output: void; progress: never }
  mix: { input: Mix; output: string; progress: never }
}

let restorer: Restorer | undefined
let restoring: Promise<unknown> = Promise.resolve()

serve<EngineMethods>({
  restore: ({ libraries, results, job }, { signal, progress }) => {
    restorer ??= new Restorer(libraries, { results: openResults(results) })
    const restored = restorer.restore(job, { signal, onProgress: (done, total) => progress({ done, total }) })
    restoring = restored.catch(() => undefined)
    return restored
  },
  forget: async () => {
    await restoring
    await restorer?.close()
    restorer = undefined
  },
  mix: (mix) => mixResult(mix),
})
