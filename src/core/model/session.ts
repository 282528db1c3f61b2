import { InferenceSession, Tensor } from 'onnxruntime-node'
import { PetrichorError } from '../errors'
import type { Planes } from '../photo/raster'
import { type InstalledModel, readWeights } from './library'
import type { Gates, Manifest } from './manifest'

// From 1.29 on the runtime reports its use to its makers unless it is told not to, before its first session. Petrichor
// promises that nothing leaves the computer.
process.env['ORT_DISABLE_TELEMETRY'] = '1'

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
  /**
   * Run on planes [3, height, width], 0..1; both sides divisible by `multiple`. `gates`, [L][N], replace the router's own.
   * Throws `bad-result` or `out-of-memory`.
   */
  run(planes: Planes, height: number, width: number, gates?: Gates): Promise<Inference>
  close(): Promise<void>
}

/**
 * Load a network for the CPU and check that its inputs and outputs are those of the contract (docs/decisions/0002).
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
      const { restored, gates: own } = await session.run(feeds).catch((cause: unknown) => {
        throw /alloc|memory/i.test(String(cause)) ? outOfMemory(cause) : badResult(cause)
      })
      return {
        restored: floats(restored, planes.length),
        gates: levels > 0 ? rows(floats(own, levels * experts.length), experts.length) : [],
      }
    },
    close: () => session.release(),
  }
}

async function createSession(model: InstalledModel, provider: string): Promise<InferenceSession> {
  const weights = await readWeights(model)
  const { levels, name } = model.manifest
  const inputs = levels > 0 ? ['image', 'gate_override', 'gate_mix'] : ['image']
  const outputs = levels > 0 ? ['restored', 'gates'] : ['restored']
  try {
    const options = { executionProviders: [provider] }
    const session = await (typeof weights === 'string'
      ? InferenceSession.create(weights, options)
      : InferenceSession.create(weights, options))
    if (sameNames(inputs, session.inputNames) && sameNames(outputs, session.outputNames)) return session
    await session.release()
    throw new TypeError(`it goes from ${session.inputNames} to ${session.outputNames}`)
  } catch (cause) {
    throw new PetrichorError(
      'model-invalid',
      `The network “${name}” cannot be loaded.`,
      'Install it again, or choose another network.',
      cause,
    )
  }
}

function sameNames(expected: string[], found: readonly string[]): boolean {
  return expected.toSorted().join() === found.toSorted().join()
}

/** The values of an output, of which there must be so many. */
function floats(output: Tensor | undefined, length: number): Planes {
  if (output?.type === 'float32' && output.data.length === length) return output.data as Planes
  throw badResult(`the network gave ${output?.type} ${output?.dims}`)
}

/** The error for a result that no photo can have. */
export function badResult(cause?: unknown): PetrichorError {
  return new PetrichorError(
    'bad-result',
    'The network gave an impossible result for this photo.',
    'Try another network; please report the photo if it happens again.',
    cause,
  )
}

function outOfMemory(cause: unknown): PetrichorError {
  return new PetrichorError(
    'out-of-memory',
    'There is not enough memory for this network.',
    'Close other programs, or choose a smaller network.',
    cause,
  )
}

function rows(values: Float32Array, columns: number): Gates {
  return Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns)),
  )
}
