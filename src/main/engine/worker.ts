import type { Job, JobResult, Progress } from '../../core/batch/job'
import { type Mix, mixResult } from '../../core/restore/mixResult'
import { Restorer } from '../../core/restore/restorer'
import { serve } from '../workers/serve'

/** What the engine process does. */
export type EngineMethods = {
  /** libraries: folders with networks; job: the photo to restore. */
  restore: { input: { libraries: string[]; job: Job }; output: JobResult; progress: Progress }
  mix: { input: Mix; output: string; progress: never }
}

let restorer: Restorer | undefined

serve<EngineMethods>({
  restore: ({ libraries, job }, { signal, progress }) => {
    restorer ??= new Restorer(libraries)
    return restorer.restore(job, { signal, onProgress: (done, total) => progress({ done, total }) })
  },
  mix: (mix) => mixResult(mix),
})
