import { InferenceSession, Tensor } from 'onnxruntime-node'
import { PetrichorError } from '../../shared/errors'
import { type Provider, providerNames } from '../../shared/providers'
import type { PlanarImage } from '../photo/planarImage'
import type { Planes } from '../photo/raster'
import { type InstalledModel, readWeights } from './library'
import type { Gates, Manifest, Pools } from './manifest'
import { partOfGraph } from './partOfGraph'

// From 1.29 on the runtime reports its use to its makers unless it is told not to, before its first session. Petrichor
// promises that nothing leaves the computer.
process.env['ORT_DISABLE_TELEMETRY'] = '1'

/** What one run of a model gives. */
export interface Inference {
  /** [3, height, width], not clipped. */
  restored: Planes
  /** The router's own gates, whatever was forced; empty for models without. */
  gates: Gates
  /** The attentions' own means, [S], whatever was forced; empty for models without. */
  pools: Pools
}

/** What a model decides for all of a picture. */
export type Routing = Pick<Inference, 'gates' | 'pools'>

/**
 * What replaces a model's own decisions: `gates`, [L][N], those of its router, and `pools`, [S], its attentions' means.
 */
export type ForcedRouting = { [K in keyof Routing]?: Routing[K] | undefined }

/** A model, loaded and ready. */
export interface Session {
  manifest: Manifest
  /** Name of the execution provider that runs it. */
  provider: string
  /**
   * Restores a picture, both of whose sides are divisible by `multiple`.
   * Throws `out-of-memory`, or `bad-result` where the result has another shape or lost all that was in the picture.
   */
  run(image: PlanarImage, forced?: ForcedRouting): Promise<Inference>
  /** Says what `run` would decide, without the restored picture. Throws `out-of-memory` and `bad-result`. */
  route(image: PlanarImage, forced?: ForcedRouting): Promise<Routing>
  close(): Promise<void>
}

export interface LoadOptions {
  /** The execution provider that runs it, by default the CPU. `ProviderTrials` finds out which can be trusted. */
  provider?: Provider
}

/**
 * Loads a model and checks that its inputs and outputs are those of the contract (docs/decisions/0002).
 *
 * Throws `model-invalid`, or `provider-unusable` where another provider than the CPU cannot run it.
 */
export async function loadSession(
  model: InstalledModel,
  { provider = 'cpu' }: LoadOptions = {},
): Promise<Session> {
  const { manifest } = model
  const { session, routerSession } = await createSessions(model, provider)
  const { levels, experts, pooled } = manifest
  const [own, forced] = [new Tensor('float32', [0], [1]), new Tensor('float32', [1], [1])]
  const noGates = new Float32Array(levels * experts.length)
  const noPools = new Float32Array(pooled)

  async function infer(
    on: InferenceSession,
    { planes, width, height }: PlanarImage,
    { gates, pools }: ForcedRouting,
  ): Promise<Routing & { given: InferenceSession.ReturnType }> {
    const feeds: Record<string, Tensor> = { image: new Tensor('float32', planes, [1, 3, height, width]) }
    if (levels > 0) {
      const weights = gates ? Float32Array.from(gates.flat()) : noGates
      feeds['gate_override'] = new Tensor('float32', weights, [levels, experts.length])
      feeds['gate_mix'] = gates ? forced : own
    }
    if (pooled > 0) {
      feeds['pool_override'] = new Tensor('float32', pools ?? noPools, [pooled])
      feeds['pool_mix'] = pools ? forced : own
    }
    const given = await on.run(feeds).catch((cause: unknown) => {
      throw /alloc|memory/i.test(String(cause)) ? outOfMemory(cause) : badResult(cause)
    })
    return {
      given,
      gates: levels > 0 ? rows(floats(given['gates'], levels * experts.length), experts.length) : [],
      pools: pooled > 0 ? floats(given['pools'], pooled) : noPools,
    }
  }

  return {
    manifest,
    provider,
    async run(image, forced = {}) {
      const { given, ...routing } = await infer(session, image, forced)
      const result = floats(given['restored'], image.planes.length)
      // Broken drivers give black, or another colour, without an error.
      if (isFlat(result) && contrastOf(image.planes) > leastContrast)
        throw badResult('it is one colour all over')
      return { restored: result, ...routing }
    },
    async route(image, forced = {}) {
      const { gates, pools } = await infer(routerSession, image, forced)
      return { gates, pools }
    },
    async close() {
      await session.release()
      if (routerSession !== session) await routerSession.release()
    },
  }
}

interface Sessions {
  session: InferenceSession
  /**
   * For routing: without the nodes that no gate and no mean needs, where the model is small; else the same session. Of
   * the bundled model it leaves out the last level of the decoder, 38 % of the time.
   */
  routerSession: InferenceSession
}

async function createSessions(model: InstalledModel, provider: Provider): Promise<Sessions> {
  const weights = await readWeights(model)
  const { levels, pooled, name } = model.manifest
  const inputs = ['image']
  const decided: string[] = []
  if (levels > 0) {
    inputs.push('gate_override', 'gate_mix')
    decided.push('gates')
  }
  if (pooled > 0) {
    inputs.push('pool_override', 'pool_mix')
    decided.push('pools')
  }
  try {
    const options = { executionProviders: [provider] }
    const session = await (typeof weights === 'string'
      ? InferenceSession.create(weights, options)
      : InferenceSession.create(weights, options))
    if (!sameNames(inputs, session.inputNames) || !sameNames(['restored', ...decided], session.outputNames)) {
      await session.release()
      throw new TypeError(`it goes from ${session.inputNames} to ${session.outputNames}`)
    }
    // Models with external weights are too large to be held twice.
    const isSmall = provider === 'cpu' && decided.length > 0 && typeof weights !== 'string'
    return { session, routerSession: (isSmall && (await sessionOf(weights, decided))) || session }
  } catch (cause) {
    if (provider !== 'cpu') {
      throw new PetrichorError(
        'provider-unusable',
        `The model “${name}” cannot be run by ${providerNames[provider]} on this computer.`,
        'Choose the CPU, or look at what `petrichor doctor` says.',
        cause,
      )
    }
    throw new PetrichorError(
      'model-invalid',
      `The model “${name}” cannot be loaded.`,
      'Install it again, or choose another model.',
      cause,
    )
  }
}

/** Creates a session on the CPU with these outputs alone; undefined where the model cannot be cut. */
async function sessionOf(model: Uint8Array, outputs: string[]): Promise<InferenceSession | undefined> {
  try {
    const part = partOfGraph(model, outputs)
    return (
      part && (await InferenceSession.create(part, { executionProviders: ['cpu'], enableCpuMemArena: false }))
    )
  } catch {
    return undefined
  }
}

function sameNames(expected: string[], found: readonly string[]): boolean {
  return expected.toSorted().join() === found.toSorted().join()
}

/** With less contrast than this a photo may rightly become one colour: a clear sky, a wall in the dark. */
const leastContrast = 0.1

/** Whether each of the three planes holds one value only; returns at the first pixel of most pictures. */
function isFlat(planes: Planes): boolean {
  const area = planes.length / 3
  return planes.every((value, at) => value === planes[Math.floor(at / area) * area])
}

/** The largest range of values in any one plane. */
function contrastOf(planes: Planes): number {
  const area = planes.length / 3
  const ranges = [0, 1, 2].map((plane) => {
    const values = planes.subarray(plane * area, (plane + 1) * area)
    const darkest = values.reduce((least, value) => Math.min(least, value), Infinity)
    return values.reduce((most, value) => Math.max(most, value), -Infinity) - darkest
  })
  return Math.max(...ranges)
}

/** The values of an output, which must have this length. Throws `bad-result`. */
function floats(output: Tensor | undefined, length: number): Planes {
  if (output?.type === 'float32' && output.data.length === length) return output.data as Planes
  throw badResult(`the model gave ${output?.type} ${output?.dims}`)
}

/** The error for a result that no photo can have. */
export function badResult(cause?: unknown): PetrichorError {
  return new PetrichorError(
    'bad-result',
    'The model gave an impossible result for this photo.',
    'Try another model; please report the photo if it happens again.',
    cause,
  )
}

function outOfMemory(cause: unknown): PetrichorError {
  return new PetrichorError(
    'out-of-memory',
    'There is not enough memory for this model.',
    'Close other programs, or choose a smaller model.',
    cause,
  )
}

function rows(values: Float32Array, columns: number): Gates {
  return Array.from({ length: values.length / columns }, (_, row) =>
    Array.from(values.subarray(row * columns, (row + 1) * columns)),
  )
}
