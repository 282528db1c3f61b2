import { join } from 'node:path'
import { openLedger } from '../../core/batch/ledger'
import { forkProbe, ProviderTrials } from '../../core/providers/trials'
import { type Mix, mixResult } from '../../core/restore/mixResult'
import { type PreviewRequest, type PreviewResult, Restorer } from '../../core/restore/restorer'
import type { Job, JobResult, Progress } from '../../shared/job'
import type { Allowance } from '../../shared/machine'
import { serve } from '../workers/serve'
import { yieldToOthers } from '../workers/yieldToOthers'

/** What photos are restored with. */
interface Means {
  /** Folders with models. */
  libraries: string[]
  /** The file in which results are written down. */
  results: string
  allowance: Allowance
}

/** What the engine process does. */
export type EngineMethods = {
  restore: {
    input: Means & { job: Job }
    output: JobResult
    progress: Progress
  }
  preview: {
    input: Means & { wish: PreviewRequest }
    output: PreviewResult
    progress: never
  }
  /** Let go of the models that are kept loaded. */
  forget: { input: undefined; output: void; progress: never }
  mix: { input: Mix; output: string; progress: never }
}

yieldToOthers()

// What main does not tell with each call: where the verdicts on execution providers are kept.
const trials = new ProviderTrials({
  start: forkProbe(join(import.meta.dirname, '..', 'probe.js')),
  cache: process.env['PETRICHOR_VERDICTS']!,
})
let restorer: Restorer | undefined
let restoring: Promise<unknown> = Promise.resolve()

serve<EngineMethods>({
  restore: ({ job, ...means }, { signal, progress }) => {
    const restored = restorerWith(means).restore(job, {
      signal,
      onProgress: (done, total) => progress({ done, total }),
    })
    restoring = restored.catch(() => undefined)
    return restored
  },
  preview: ({ wish, ...means }, { signal }) => restorerWith(means).preview(wish, signal),
  forget: async () => {
    await restoring
    await restorer?.close()
    restorer = undefined
  },
  mix: (mix) => mixResult(mix),
})

function restorerWith({ libraries, results, allowance }: Means): Restorer {
  restorer ??= new Restorer(libraries, {
    // Main logs what is said here.
    ledger: openLedger(results, ({ message }) => console.warn(message)),
    trials,
  })
  restorer.allow(allowance)
  return restorer
}
