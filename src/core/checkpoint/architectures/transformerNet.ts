import type { Graph, Value } from '../onnx/graph'
import { convolution, pixelShuffle, pixelUnshuffle, type Sides } from './convolution'
import { expertsOf, promptModule } from './promptModule'
import { transformerBlocks } from './transformerBlock'
import type { Weights } from './weights'

/** The prompt modules, in the order in which features pass them: coarse to fine. */
const promptLevels = [3, 2, 1]

/**
 * Restormer's U-Net of four scales, with prompt modules between the scales of the decoder where the weights have them
 * (PromptIR, CPL's SparsePromptIR). Widths, numbers of blocks and heads are those of the weights.
 */
export function transformerNet(graph: Graph, weights: Weights, kept: number): void {
  const gates: Value[] = []
  const prompted = (level: number, features: Value): Value => {
    if (!weights.has(`prompt${level}.prompt_param`)) return features
    const result = promptModule(graph, weights, level, kept, promptLevels.indexOf(level), features)
    gates.push(result.gates)
    return result.features
  }
  const down = (name: string, features: Value): Value => {
    const [rows] = weights.shape(`${name}.body.0.weight`, 4) as Sides
    return pixelUnshuffle(graph, convolution(graph, weights, `${name}.body.0`, features), rows)
  }
  const up = (name: string, features: Value, skipped: Value): Value => {
    const larger = pixelShuffle(graph, convolution(graph, weights, `${name}.body.0`, features))
    return graph.op('Concat', [larger, skipped], { axis: 1 })
  }
  const blocks = (name: string, features: Value) => transformerBlocks(graph, weights, name, features)
  const reduce = (name: string, features: Value) => convolution(graph, weights, name, features)

  const encoded1 = blocks('encoder_level1', convolution(graph, weights, 'patch_embed.proj', 'image'))
  const encoded2 = blocks('encoder_level2', down('down1_2', encoded1))
  const encoded3 = blocks('encoder_level3', down('down2_3', encoded2))
  const latent = prompted(3, blocks('latent', down('down3_4', encoded3)))
  const decoded3 = blocks('decoder_level3', reduce('reduce_chan_level3', up('up4_3', latent, encoded3)))
  const decoded2 = blocks(
    'decoder_level2',
    reduce('reduce_chan_level2', up('up3_2', prompted(2, decoded3), encoded2)),
  )
  const decoded1 = blocks('decoder_level1', up('up2_1', prompted(1, decoded2), encoded1))
  const residue = convolution(graph, weights, 'output', blocks('refinement', decoded1))

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
