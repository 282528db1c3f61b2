import { importModel, type Inspection, inspectModel } from '../../core/install/importModel'
import { removeModel } from '../../core/install/removeModel'
import { findModel } from '../../core/model/library'
import { speedOf } from '../../core/providers/speed'
import { defined } from '../../shared/defined'
import type { Progress } from '../../shared/job'
import type { ImportRequest, Speed } from '../../shared/models'
import type { Verdict } from '../../shared/providers'
import { providerTrials, type TrialFiles } from '../workers/providerTrials'
import { serve } from '../workers/serve'

/** An installed model, and what trying execution providers with it needs. */
interface OnThisMachine {
  libraries: string[]
  id: string
  trialFiles: TrialFiles
}

/** What the process does that looks after models: reading and building them keeps a core busy for seconds. */
export type ModelMethods = {
  /** path: a file of weights, or the folder of a model that is an ONNX file with its manifest. */
  inspect: { input: { path: string }; output: Inspection; progress: never }
  /** Imports into `library`, under an id that is free in `otherLibraries` too. Returns the id. */
  import: {
    input: Omit<ImportRequest, 'ticket'> & { path: string; library: string; otherLibraries: string[] }
    output: string
    progress: Progress
  }
  remove: { input: { id: string; library: string }; output: void; progress: never }
  providers: { input: OnThisMachine; output: Verdict[]; progress: never }
  speed: { input: OnThisMachine; output: Speed; progress: never }
}

serve<ModelMethods>({
  inspect: ({ path }) => inspectModel(path),
  import: async ({ path, library, otherLibraries, ...settings }, { signal, progress }) => {
    const onProgress = (done: number, total: number) => progress({ done, total })
    const options = { signal, otherLibraries, onProgress }
    const { model } = await importModel(path, library, defined(settings), options)
    return model.manifest.id
  },
  remove: ({ id, library }) => removeModel(id, library),
  providers: async ({ libraries, id, trialFiles }) => {
    const found: Verdict[] = []
    for await (const verdict of providerTrials(trialFiles).verdicts(await findModel(id, libraries))) {
      found.push(verdict)
    }
    return found
  },
  speed: async ({ libraries, id, trialFiles }) =>
    speedOf(await findModel(id, libraries), providerTrials(trialFiles)),
})
