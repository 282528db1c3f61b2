import { Graph } from '../onnx/graph'
import type { Port } from '../onnx/modelFile'
import type { Checkpoint } from '../read/checkpoint'
import { itemsIn, type StoredTensor } from '../read/storedTensor'
import { unknownArchitecture } from '../read/unreadable'
import { nafNet } from './nafNet'
import { countExperts, transformerNet } from './transformerNet'
import { foundIn, Weights } from './weights'

/** What a checkpoint turned out to be, and the graph that runs it. */
export interface RecognisedArchitecture {
  architecture: 'promptir' | 'restormer' | 'nafnet'
  /** What people call this kind of model. */
  label: string
  /** Channels behind its first convolution. */
  width: number
  /** How many blocks each of its parts has. */
  blocks: string
  /** For people: all of that in English, with the experts. */
  description: string
  /** Numbers in the weights that are used. */
  parameters: number
  /** L, N and k as the manifest has them; 0 for models without gates. */
  levels: number
  experts: number
  kept: number
  /** S of the manifest. */
  pooled: number
  /** For people: why k experts are kept; '' for models without gates. */
  keptBecause: string
  /** Height and width must be divisible by it. */
  multiple: number
  /** Suggested side of a tile, divisible by `multiple`. */
  tile: number
  graph: Graph
  inputs: Port[]
  outputs: Port[]
}

/**
 * Tell a model by the names and shapes of its tensors alone, and build its graph. `kept` is k, the experts that are
 * kept of the router's; left out, it is what the kind of file speaks for.
 *
 * Throws `checkpoint-unknown` with what was expected and what was found.
 */
export function recogniseArchitecture(checkpoint: Checkpoint, kept?: number): RecognisedArchitecture {
  for (const { anchor, build } of families) {
    const name = [...checkpoint.tensors.keys()].find((name) => name === anchor || name.endsWith(`.${anchor}`))
    if (name === undefined) continue
    const prefix = name.slice(0, -anchor.length)
    const { container } = checkpoint
    const recognised = build({ container, prefix, tensors: below(checkpoint.tensors, prefix), kept })
    if (kept === undefined || recognised.experts > 0) return recognised
    throw unknownArchitecture(
      `Of ${recognised.description} no experts can be kept, because it has none.`,
      'Import it without a number of experts.',
    )
  }
  throw unknown(checkpoint.tensors)
}

/** The weights of one model, and what lies around them. */
interface Found {
  /** The key that they lie under in the file. */
  container: string | undefined
  /** What all their names begin with. */
  prefix: string
  /** The weights by the rest of their names. */
  tensors: Map<string, StoredTensor>
  /** k, if asked for. */
  kept: number | undefined
}

/** Kinds of models, by a tensor that each has and no other. */
const families = [
  { anchor: 'patch_embed.proj.weight', names: 'PromptIR, CPL, Restormer', build: transformerOf },
  { anchor: 'intro.weight', names: 'NAFNet', build: nafNetOf },
]

function transformerOf(found: Found): RecognisedArchitecture {
  const { tensors } = found
  const prompts = tensors.has('prompt1.prompt_param')
  const label = prompts ? 'PromptIR' : 'Restormer'
  const weights = new Weights(label, tensors)
  const experts = countExperts(weights)
  const { kept, because } = prompts ? keptExperts(found, experts) : { kept: 0, because: '' }

  const width = widthOf(weights, 'patch_embed.proj', 'output')
  const graph = new Graph()
  transformerNet(graph, weights, kept)
  // PromptIR has layers that its authors do not run.
  weights.finish(/^(chnl_reduce\d|reduce_noise_channel_\d)\./)

  const parts = ['encoder_level1', 'encoder_level2', 'encoder_level3', 'latent'].map((name) =>
    weights.blocks(name),
  )
  const blocks = `${parts.join('-')} + ${weights.blocks('refinement')}`
  const levels = prompts ? 3 : 0
  return {
    architecture: prompts ? 'promptir' : 'restormer',
    label,
    width,
    blocks,
    description: describe(label, width, blocks) + (prompts ? `, ${kept} of ${experts} experts` : ''),
    parameters: parametersOf(graph),
    levels,
    experts,
    kept,
    pooled: 0,
    keptBecause: because,
    // Three times halved.
    multiple: 8,
    // Keeps the largest known model near 1 GB of memory.
    tile: 256,
    graph,
    ...contract({ levels, experts, pooled: 0 }),
  }
}

function nafNetOf({ tensors }: Found): RecognisedArchitecture {
  const weights = new Weights('NAFNet', tensors)
  const width = widthOf(weights, 'intro', 'ending')
  const graph = new Graph()
  const { encoders, middle, decoders, pooled } = nafNet(graph, weights)
  weights.finish()
  const blocks = [...encoders, middle, ...decoders].join('-')
  return {
    architecture: 'nafnet',
    label: 'NAFNet',
    width,
    blocks,
    description: describe('NAFNet', width, blocks),
    parameters: parametersOf(graph),
    levels: 0,
    experts: 0,
    kept: 0,
    pooled,
    keptBecause: '',
    multiple: 2 ** encoders.length,
    // A photo of one tile is attended to as a whole. The authors attend over windows of this side, one and a half times
    // that of the patches that taught it (Chu et al., arXiv 2112.04491): means of more it has never seen.
    tile: 384,
    graph,
    ...contract({ levels: 0, experts: 0, pooled }),
  }
}

const describe = (label: string, width: number, blocks: string) =>
  `${label}, width ${width}, blocks ${blocks}`

/** Channels behind the first convolution. Throws `checkpoint-unknown` if the model is not one from colours to colours. */
function widthOf(weights: Weights, first: string, last: string): number {
  const [width, taken] = weights.shape(`${first}.weight`, 4) as [number, number]
  const [given] = weights.shape(`${last}.weight`, 4) as [number]
  if (taken === 3 && given === 3) return width
  throw weights.misfit(
    `it is not made for pictures of red, green and blue (channels in: ${taken}, out: ${given})`,
  )
}

/** How many numbers of the file a graph uses. */
function parametersOf({ weights }: Graph): number {
  return weights.reduce((sum, { stored }) => sum + itemsIn(stored.shape), 0)
}

/** k: as asked; or one for CPL, which BasicSR wrote; or all for PromptIR, which Lightning wrote. */
function keptExperts(
  { container, prefix, tensors, kept: asked }: Found,
  experts: number,
): { kept: number; because: string } {
  if (asked !== undefined) {
    if (Number.isInteger(asked) && asked >= 1 && asked <= experts) return { kept: asked, because: 'as asked' }
    throw unknownArchitecture(
      `Of ${experts} experts ${asked} cannot be kept.`,
      `Choose a whole number from 1 to ${experts}.`,
    )
  }
  const all = (because: string) => ({ kept: experts, because })
  if (container === 'state_dict') return all('a file of PyTorch Lightning, as PromptIR’s')
  if (/(^|\.)net\.$/.test(prefix)) return all('names that begin with “net.”, as PromptIR’s')
  if (tensors.has('chnl_reduce1.weight')) return all('it has layers that only PromptIR has')
  const because = container?.startsWith('params')
    ? 'a file of BasicSR, as CPL’s'
    : 'nothing in it speaks for PromptIR'
  return { kept: 1, because }
}

/** Inputs and outputs as docs/decisions/0002 has them. */
function contract({
  levels,
  experts,
  pooled,
}: Pick<RecognisedArchitecture, 'levels' | 'experts' | 'pooled'>): {
  inputs: Port[]
  outputs: Port[]
} {
  const picture = [1, 3, 'height', 'width']
  const inputs: Port[] = [{ name: 'image', shape: picture }]
  const outputs: Port[] = [{ name: 'restored', shape: picture }]
  const forced = (kind: string, shape: number[]) => {
    inputs.push({ name: `${kind}_override`, shape }, { name: `${kind}_mix`, shape: [1] })
    outputs.push({ name: `${kind}s`, shape })
  }
  if (levels > 0) forced('gate', [levels, experts])
  if (pooled > 0) forced('pool', [pooled])
  return { inputs, outputs }
}

/** The tensors whose names begin so, by the rest of their names. */
function below(tensors: Map<string, StoredTensor>, prefix: string): Map<string, StoredTensor> {
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  )
}

function unknown(tensors: Map<string, StoredTensor>): Error {
  return unknownArchitecture(
    'The weights belong to a model that Petrichor does not know.',
    `Expected ${families.map(({ anchor, names }) => `“${anchor}” (${names})`).join(' or ')}; ${foundIn(tensors)}.`,
  )
}
