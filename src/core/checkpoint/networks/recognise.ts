import type { Checkpoint } from '../checkpoint'
import { Graph } from '../onnx/graph'
import type { Port } from '../onnx/modelFile'
import { itemsIn, shapeName, type StoredTensor } from '../storedTensor'
import { unknownNetwork } from '../unreadable'
import { countExperts, transformerNet } from './transformerNet'
import { list, Weights } from './weights'

/** What a checkpoint turned out to be, and the graph that runs it. */
export interface RecognisedNetwork {
  architecture: 'promptir' | 'restormer'
  /** For people: the kind of network with its sizes. */
  description: string
  /** Numbers in the weights that are used. */
  parameters: number
  /** L, N and k as the manifest has them; 0 for networks without gates. */
  levels: number
  experts: number
  kept: number
  /** For people: why k experts are kept; '' for networks without gates. */
  keptBecause: string
  /** Height and width must be divisible by it. */
  multiple: number
  graph: Graph
  inputs: Port[]
  outputs: Port[]
}

/**
 * Tell a network by the names and shapes of its tensors alone, and build its graph. `kept` is k, the experts that are
 * kept of the router's; left out, it is what the kind of file speaks for.
 *
 * Throws `checkpoint-unknown` with what was expected and what was found.
 */
export function recogniseNetwork(checkpoint: Checkpoint, kept?: number): RecognisedNetwork {
  const anchor = 'patch_embed.proj.weight'
  const found = [...checkpoint.tensors.keys()].find((name) => name === anchor || name.endsWith(`.${anchor}`))
  if (found === undefined) throw unknown(checkpoint.tensors)
  const prefix = found.slice(0, -anchor.length)
  return transformer(checkpoint, prefix, below(checkpoint.tensors, prefix), kept)
}

function transformer(
  checkpoint: Checkpoint,
  prefix: string,
  tensors: Map<string, StoredTensor>,
  asked: number | undefined,
): RecognisedNetwork {
  const prompts = tensors.has('prompt1.prompt_param')
  const label = prompts ? 'PromptIR' : 'Restormer'
  const weights = new Weights(label, tensors)
  const experts = countExperts(weights)
  const { kept, because } = prompts
    ? keptExperts(checkpoint, prefix, tensors, experts, asked)
    : { kept: 0, because: '' }

  const [width, channels] = weights.shape('patch_embed.proj.weight', 4)
  if (channels !== 3 || weights.shape('output.weight', 4)[0] !== 3) {
    throw weights.misfit('it is not made for pictures of red, green and blue')
  }
  const graph = new Graph()
  transformerNet(graph, weights, kept)
  // PromptIR has layers that its authors do not run.
  weights.finish(/^(chnl_reduce\d|reduce_noise_channel_\d)\./)

  const blocks = ['encoder_level1', 'encoder_level2', 'encoder_level3', 'latent'].map((name) =>
    weights.blocks(name),
  )
  const levels = prompts ? 3 : 0
  return {
    architecture: prompts ? 'promptir' : 'restormer',
    description:
      `${label}, width ${width}, blocks ${blocks.join('-')} + ${weights.blocks('refinement')}` +
      (prompts ? `, ${kept} of ${experts} experts` : ''),
    parameters: graph.weights.reduce((sum, { stored }) => sum + itemsIn(stored.shape), 0),
    levels,
    experts,
    kept,
    keptBecause: because,
    // Three times halved.
    multiple: 8,
    graph,
    ...contract(levels, experts),
  }
}

/** k: as asked; or one for CPL, which BasicSR wrote; or all for PromptIR, which Lightning wrote. */
function keptExperts(
  { container }: Checkpoint,
  prefix: string,
  tensors: Map<string, StoredTensor>,
  experts: number,
  asked: number | undefined,
): { kept: number; because: string } {
  if (asked !== undefined) {
    if (Number.isInteger(asked) && asked >= 1 && asked <= experts) return { kept: asked, because: 'as asked' }
    throw unknownNetwork(
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
function contract(levels: number, experts: number): { inputs: Port[]; outputs: Port[] } {
  const picture = [1, 3, 'height', 'width']
  const inputs = [{ name: 'image', shape: picture }]
  const outputs = [{ name: 'restored', shape: picture }]
  if (levels === 0) return { inputs, outputs }
  const gates = [levels, experts]
  return {
    inputs: [...inputs, { name: 'gate_override', shape: gates }, { name: 'gate_mix', shape: [1] }],
    outputs: [...outputs, { name: 'gates', shape: gates }],
  }
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
  const found = [...tensors].map(([name, { shape }]) => `${name} (${shapeName(shape)})`)
  return unknownNetwork(
    'The weights belong to a network that Petrichor does not know.',
    `Expected “patch_embed.proj.weight” (PromptIR, CPL, Restormer); found ${tensors.size} tensors: ${list(found)}.`,
  )
}
