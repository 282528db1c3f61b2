import { openLedger } from '../../core/batch/ledger'
import { type Mix, mixResult } from '../../core/restore/mixResult'
import { type PreviewRequest, type PreviewResult, Restorer } from '../../core/restore/restorer'
import type { Job, JobResult, Progress } from '../../shared/job'
import type { Allowance } from '../../shared/machine'
import { providerTrials, type TrialFiles } from '../workers/providerTrials'
import { serve } from '../workers/serve'
import { yieldToOthers } from '../workers/yieldToOthers'

/** What main knows that restoring needs. */
export interface EngineContext {
  /** Folders with models. */
  libraries: string[]
  /** File in which results are recorded. */
  ledgerFile: string
  trialFiles: TrialFiles
  /** How much of the machine may be used. */
  allowance: Allowance
}

/** What the engine process does. */
export type EngineMethods = {
  restore: { input: { context: EngineContext; job: Job }; output: JobResult; progress: Progress }
  preview: {
    input: { context: EngineContext; request: PreviewRequest }
    output: PreviewResult
    progress: never
  }
  /** Unloads the models, once the photo in progress is finished. */
  forget: { input: undefined; output: void; progress: never }
  mix: { input: Mix; output: string; progress: never }
}

yieldToOthers()

/** Made by the first call, kept for its loaded models. */
let restorer: Restorer | undefined
let restoring: Promise<unknown> = Promise.resolve()

serve<EngineMethods>({
  restore: ({ context, job }, { signal, progress }) => {
    const restored = restorerIn(context).restore(job, {
      signal,
      onProgress: (done, total) => progress({ done, total }),
    })
    restoring = restored.catch(() => undefined)
    return restored
  },
  preview: ({ context, request }, { signal }) => restorerIn(context).preview(request, signal),
  forget: async () => {
    await restoring
    await restorer?.close()
    restorer = undefined
  },
  mix: (mix) => mixResult(mix),
})

function restorerIn({ libraries, ledgerFile, trialFiles, allowance }: EngineContext): Restorer {
  restorer ??= new Restorer(libraries, {
    // Main logs what a worker prints.
    ledger: openLedger(ledgerFile, ({ message }) => console.warn(message)),
    trials: providerTrials(trialFiles),
  })
  restorer.allow(allowance)
  return restorer
}
