import { InferenceSession, Tensor } from 'onnxruntime-node'
import { PetrichorError } from '../errors'
import type { Planes } from '../photo/raster'
import { type InstalledModel, readWeights } from './library'
import type { Gates, Manifest } from './manifest'

/** What one run of a network gives. */
export interface Inference {
  /** [3, height, width], not clipped. */
  restored: Planes
  /** The router's own gates, whatever was forced; empty for networks without. */
  gates: Gates
}

/** A network, loaded and ready. */
export interface Network {
  manifest: Manifest
  /** Name of the execution provider that runs it. */
  provider: string
  /** Run on planes [3, height, width]; both sides divisible by `multiple`. `gates` replace the router's own. */
  run(planes: Planes, height: number, width: number, gates?: Gates): Promise<Inference>
  close(): Promise<void>
}

/**
 * Load a network for the CPU.
 *
 * Throws `model-invalid`.
 */
export async function loadNetwork(model: InstalledModel): Promise<Network> {
  const { manifest } = model
  const provider = 'cpu'
  const session = await createSession(model, provider)
  const { levels, experts } = manifest
  const shape = [levels, experts.length]
  const routed = {
    mix: new Tensor('float32', [0], [1]),
    override: new Tensor('float32', new Float32Array(levels * experts.length), shape),
  }
  const forced = new Tensor('float32', [1], [1])

  return {
    manifest,
    provider,
    async run(planes, height, width, gates) {
      const feeds: Record<string, Tensor> = { image: new Tensor('float32', planes, [1, 3, height, width]) }
      if (levels > 0) {
        feeds['gate_override'] = gates
          ? new Tensor('float32', Float32Array.from(gates.flat()), shape)
          : routed.override
        feeds['gate_mix'] = gates ? forced : routed.mix
      }
      const outputs = await session.run(feeds)
      const restored = outputs['restored']!.data as Planes
      return {
        restored,
        gates: levels > 0 ? rows(outputs['gates']!.data as Float32Array, experts.length) : [],
      }
    },
    close: () => session.release(),
  }
}

async function createSession(model: InstalledModel, provider: string): Promise<InferenceSession> {
  try {
    return await InferenceSession.create(await readWeights(model), { executionProviders: [provider] })
  } catch (cause) {
    if (cause instanceof PetrichorError) throw cause
    throw new PetrichorError(
      'model-invalid',
      `The network “${model.manifest.name}” cannot be loaded.`,
      'Install it again, or choose another network.',
      cause,
    )
  }
}

function rows(values: Float32Array, columns: number): Gates {
  return Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns)),
  )
}
