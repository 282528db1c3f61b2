import { Graph, type Value } from '../onnx/graph'
import { unknownArchitecture } from '../read/unreadable'
import type { Builder } from './builder'
import { convolution, pixelShuffle, pixelUnshuffle, type Sides } from './convolution'
import {
  contract,
  describe,
  type Family,
  type Found,
  parametersOf,
  type RecognisedArchitecture,
  widthOf,
} from './family'
import { expertsOf, promptModule } from './promptModule'
import { transformerBlocks } from './transformerBlock'
import { Weights } from './weights'

/** The prompt modules, in the order in which features pass them: coarse to fine. */
const promptLevels = [3, 2, 1]

/**
 * Restormer's U-Net of four scales, with prompt modules between the scales of the decoder where the weights have them
 * (PromptIR, CPL's SparsePromptIR). Widths, numbers of blocks and heads are those of the weights.
 */
export function transformerNet(builder: Builder, kept: number): void {
  const { graph, weights } = builder
  const gates: Value[] = []
  const prompted = (level: number, features: Value): Value => {
    if (!weights.has(`prompt${level}.prompt_param`)) return features
    const result = promptModule(builder, { level, kept, row: promptLevels.indexOf(level) }, features)
    gates.push(result.gates)
    return result.features
  }
  const down = (name: string, features: Value): Value => {
    const [rows] = weights.shape(`${name}.body.0.weight`, 4) as Sides
    return pixelUnshuffle(graph, convolution(builder, `${name}.body.0`, features), rows)
  }
  const up = (name: string, features: Value, skipped: Value): Value => {
    const larger = pixelShuffle(graph, convolution(builder, `${name}.body.0`, features))
    return graph.op('Concat', [larger, skipped], { axis: 1 })
  }
  const blocks = (name: string, features: Value) => transformerBlocks(builder, name, features)
  const reduce = (name: string, features: Value) => convolution(builder, name, features)

  const encoded1 = blocks('encoder_level1', convolution(builder, 'patch_embed.proj', 'image'))
  const encoded2 = blocks('encoder_level2', down('down1_2', encoded1))
  const encoded3 = blocks('encoder_level3', down('down2_3', encoded2))
  const latent = prompted(3, blocks('latent', down('down3_4', encoded3)))
  const decoded3 = blocks('decoder_level3', reduce('reduce_chan_level3', up('up4_3', latent, encoded3)))
  const decoded2 = blocks(
    'decoder_level2',
    reduce('reduce_chan_level2', up('up3_2', prompted(2, decoded3), encoded2)),
  )
  const decoded1 = blocks('decoder_level1', up('up2_1', prompted(1, decoded2), encoded1))
  const residue = convolution(builder, 'output', blocks('refinement', decoded1))

  graph.name(graph.op('Add', [residue, 'image']), 'restored')
  if (gates.length > 0) graph.name(graph.op('Concat', gates, { axis: 0 }), 'gates')
}

/** N of a model with prompts, the same at every level; 0 for one without. Throws `checkpoint-unknown`. */
export function countExperts(weights: Weights): number {
  if (!weights.has('prompt1.prompt_param')) return 0
  const counts = promptLevels.map((level) => expertsOf(weights, level))
  if (counts.some((count) => count !== counts[0])) {
    throw weights.misfit(`its prompt modules have ${counts.join(', ')} experts`)
  }
  return counts[0]!
}

function recognise(found: Found): RecognisedArchitecture {
  const { tensors } = found
  const prompts = tensors.has('prompt1.prompt_param')
  const label = prompts ? 'PromptIR' : 'Restormer'
  const weights = new Weights(label, tensors)
  const experts = countExperts(weights)
  const { kept, because } = prompts ? keptExperts(found, experts) : { kept: 0, because: '' }

  const width = widthOf(weights, 'patch_embed.proj', 'output')
  const graph = new Graph()
  transformerNet({ graph, weights }, kept)
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
    // Three halvings.
    multiple: 8,
    // Keeps the largest known model near 1 GB of memory.
    tile: 256,
    graph,
    ...contract({ levels, experts, pooled: 0 }),
  }
}

/** k: as asked; else 1 for CPL, which BasicSR saves, or all for PromptIR, which Lightning saves. */
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

export const transformerFamily: Family = {
  anchor: 'patch_embed.proj.weight',
  build: recognise,
}
