import { stat } from 'node:fs/promises'
import { isFolder } from '../../core/files/state'
import { importFolder } from '../../core/install/importFolder'
import { importCheckpoint, inspectCheckpoint } from '../../core/install/importWeights'
import { removeModel } from '../../core/install/removeModel'
import { findModel } from '../../core/model/library'
import { speedOf } from '../../core/providers/speed'
import { defined } from '../../shared/defined'
import type { Progress } from '../../shared/job'
import type { Importable, ImportRequest, Speed } from '../../shared/models'
import type { Verdict } from '../../shared/providers'
import { providerTrials, type TrialFiles } from '../workers/providerTrials'
import { serve } from '../workers/serve'

/** What is known of a model before it is imported. */
export type Found = Omit<Importable, 'ticket' | 'file' | 'name'> & { name?: string }

/** An installed model, and what trying execution providers with it needs. */
interface OnThisMachine {
  libraries: string[]
  id: string
  trialFiles: TrialFiles
}

/** What the process does that looks after models: reading and building them keeps a core busy for seconds. */
export type ModelMethods = {
  /** path: a file of weights, or the folder of a model that is an ONNX file with its manifest. */
  inspect: { input: { path: string }; output: Found; progress: never }
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
  inspect: async ({ path }) => ((await isFolder(path)) ? inspectFolder(path) : inspectWeights(path)),
  import: async ({ path, library, otherLibraries, ...settings }, { signal, progress }) => {
    const options = { signal, otherLibraries }
    if (await isFolder(path)) return (await importFolder(path, library, settings, options)).manifest.id
    const onProgress = (done: number, total: number) => progress({ done, total })
    const { model } = await importCheckpoint(path, library, defined(settings), { ...options, onProgress })
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

async function inspectWeights(path: string): Promise<Found> {
  const { architecture, label, width, blocks, description, parameters, experts, kept } =
    await inspectCheckpoint(path)
  const kind = { label, width, blocks }
  const { size: bytes } = await stat(path)
  return { architecture, kind, description, parameters, experts, kept, canChooseKept: experts > 1, bytes }
}

/** Weights are stored as 32-bit numbers; the graph beside them is small. */
const bytesOfParameter = 4

async function inspectFolder(folder: string): Promise<Found> {
  const { manifest, bytes } = await findModel(folder, [])
  const { name, architecture, training, experts, kept, licence } = manifest
  return {
    name,
    architecture,
    description: training,
    parameters: Math.round(bytes / bytesOfParameter),
    experts: experts.length,
    kept,
    // An ONNX model keeps as many as it was made with.
    canChooseKept: false,
    licence,
    bytes,
  }
}
