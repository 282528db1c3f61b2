import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { importFolder } from '../../core/install/importFolder'
import { importWeights, inspectWeights } from '../../core/install/importWeights'
import { removeModel } from '../../core/install/removeModel'
import { findModel } from '../../core/model/library'
import { speedOf } from '../../core/providers/speed'
import { forkProbe, ProviderTrials } from '../../core/providers/trials'
import type { Progress } from '../../shared/job'
import type { Importable, Speed } from '../../shared/models'
import type { Verdict } from '../../shared/providers'
import { serve } from '../workers/serve'

/** What is known of a model before it is imported. */
export type Found = Omit<Importable, 'ticket' | 'file' | 'name'> & { name?: string }

/** What the process does that looks after models: reading and building them takes a core for seconds. */
export type ModelMethods = {
  /** path: a file of weights, or the folder of a model that is an ONNX file with its manifest. */
  inspect: { input: { path: string }; output: Found; progress: never }
  /** Into `library`, under an id that none of `besides` has. Returns the id. */
  import: {
    input: {
      path: string
      library: string
      otherLibraries: string[]
      name: string
      licence: string
      kept?: number | undefined
    }
    output: string
    progress: Progress
  }
  remove: { input: { id: string; library: string }; output: void; progress: never }
  providers: { input: { libraries: string[]; id: string }; output: Verdict[]; progress: never }
  speed: { input: { libraries: string[]; id: string }; output: Speed; progress: never }
}

// What main does not tell with each call: where the verdicts on execution providers are kept.
const trials = new ProviderTrials({
  start: forkProbe(join(import.meta.dirname, '..', 'probe.js')),
  cache: process.env['PETRICHOR_VERDICTS']!,
})

serve<ModelMethods>({
  inspect: async ({ path }) => {
    if (await isFolder(path)) return foundIn(path)
    const { architecture, label, width, blocks, description, parameters, experts, kept } =
      await inspectWeights(path)
    const kind = { label, width, blocks }
    const { size: bytes } = await stat(path)
    return { architecture, kind, description, parameters, experts, kept, canChooseKept: experts > 1, bytes }
  },
  import: async ({ path, library, otherLibraries, kept, ...settings }, { signal, progress }) => {
    const options = { signal, otherLibraries }
    if (await isFolder(path)) return (await importFolder(path, library, settings, options)).manifest.id
    const onProgress = (done: number, total: number) => progress({ done, total })
    const wish = { ...settings, ...(kept !== undefined && { kept }) }
    const { model } = await importWeights(path, library, wish, { ...options, onProgress })
    return model.manifest.id
  },
  remove: ({ id, library }) => removeModel(id, library),
  providers: async ({ libraries, id }) => {
    const found: Verdict[] = []
    for await (const verdict of trials.verdicts(await findModel(id, libraries))) {
      found.push(verdict)
    }
    return found
  },
  speed: async ({ libraries, id }) => speedOf(await findModel(id, libraries), trials),
})

async function foundIn(folder: string): Promise<Found> {
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
/** Weights are stored as 32-bit numbers; the graph beside them is small. */
const bytesOfParameter = 4

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}
