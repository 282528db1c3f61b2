import { Graph, type Value } from '../onnx/graph'
import type { Builder } from './builder'
import { channelNorm } from './channelNorm'
import { convolution, convolutionPart, pixelShuffle, type Sides } from './convolution'
import {
  contract,
  describe,
  type Family,
  type Found,
  parametersOf,
  type RecognisedArchitecture,
  widthOf,
} from './family'
import { forcible } from './forced'
import { channelsFirst, channelsLast } from './layout'
import { Weights } from './weights'

/** As in the published code. */
const normEpsilon = 1e-6
/** The published models halve four times. */
const mostScales = 6

export interface NafNetSizes {
  /** Blocks at each scale, fine to coarse. */
  encoders: number[]
  /** Blocks in the middle. */
  middle: number
  /** Blocks at each scale, coarse to fine. */
  decoders: number[]
  /** S, the means that its attentions take. */
  pooled: number
}

/**
 * NAFNet, a U-Net of blocks without activation functions (Chen et al., ECCV 2022, arXiv 2204.04676). Width and numbers
 * of scales and blocks are those of the weights. Height and width must be divisible by 2 for each scale of the encoder.
 * The means that its attentions take are an output, and can be replaced by the contract's inputs `pool_override` and
 * `pool_mix`.
 *
 * Throws `checkpoint-unknown`.
 */
export function nafNet(builder: Builder): NafNetSizes {
  const { graph, weights } = builder
  // A scale may have no blocks, but is always halved.
  const scales = weights.blocks('downs')
  if (scales > mostScales) throw weights.misfit(`it has ${scales} scales`)

  const pools = new Pools(graph)
  const skipped: Value[] = []
  const encoders: number[] = []
  let x = convolution(builder, 'intro', 'image')
  for (let scale = 0; scale < scales; scale++) {
    encoders.push(weights.blocks(`encoders.${scale}`))
    x = blocks(builder, pools, `encoders.${scale}`, x)
    skipped.push(x)
    x = convolution(builder, `downs.${scale}`, x, { stride: 2 })
  }
  x = blocks(builder, pools, 'middle_blks', x)
  const decoders: number[] = []
  for (let step = 0; step < scales; step++) {
    decoders.push(weights.blocks(`decoders.${step}`))
    const larger = pixelShuffle(graph, convolution(builder, `ups.${step}.0`, x))
    x = blocks(builder, pools, `decoders.${step}`, graph.op('Add', [larger, skipped.pop()!]))
  }
  graph.name(graph.op('Add', [convolution(builder, 'ending', x), 'image']), 'restored')
  pools.finish()
  return { encoders, middle: weights.blocks('middle_blks'), decoders, pooled: pools.count }
}

/** The means of all attentions, one after the other. */
class Pools {
  count = 0
  private readonly own: Value[] = []

  constructor(private readonly graph: Graph) {}

  /** The mean of each of so many channels, or what is forced in its place: [1, channels, 1, 1]. */
  mean(x: Value, channels: number): Value {
    const { graph } = this
    const own = graph.op('GlobalAveragePool', [x])
    this.own.push(graph.op('Reshape', [own, graph.ints([channels])]))
    const [start, end] = [this.count, this.count + channels]
    this.count = end
    const forced = graph.op('Reshape', [
      graph.op('Slice', ['pool_override', graph.ints([start]), graph.ints([end])]),
      graph.ints([1, channels, 1, 1]),
    ])
    return forcible(graph, own, forced, 'pool_mix')
  }

  finish(): void {
    if (this.count > 0) this.graph.name(this.graph.op('Concat', this.own, { axis: 0 }), 'pools')
  }
}

/** As many blocks as the weights have below `name`; there may be none. */
function blocks(builder: Builder, pools: Pools, name: string, x: Value): Value {
  const { weights } = builder
  return Array.from({ length: weights.blocks(name) }).reduce<Value>(
    (value, _, index) => block(builder, pools, `${name}.${index}`, value),
    x,
  )
}

/** x + beta · conv3(attended gate), then the same with gamma and a gate alone. `x` is [1, C, H, W]. */
function block(builder: Builder, pools: Pools, name: string, x: Value): Value {
  const { graph, weights } = builder
  const [doubled, channels] = weights.shape(`${name}.conv1.weight`, 4) as Sides
  const at = (part: string) => `${name}.${part}`
  const normed = (part: string, value: Value) =>
    channelsFirst(
      graph,
      channelNorm(builder, at(part), channelsLast(graph, value), { channels, epsilon: normEpsilon }),
    )
  // ONNX Runtime multiplies such factors into the convolution before them when it loads the model.
  const scaled = (value: Value, factor: string) =>
    graph.op('Mul', [value, weights.put(graph, at(factor), [1, channels, 1, 1])])

  const first = normed('norm1', x)
  const half = halfOf(weights, at('conv1'), doubled)
  const [a, b] = [0, half].map((from) =>
    convolutionPart(builder, [at('conv1'), at('conv2')], first, outputs(from, half)),
  ) as [Value, Value]
  const gated = graph.op('Mul', [a, b])
  const attention = convolution(builder, at('sca.1'), pools.mean(gated, half))
  const attended = convolution(builder, at('conv3'), graph.op('Mul', [gated, attention]))
  const between = graph.op('Add', [x, scaled(attended, 'beta')])

  const second = normed('norm2', between)
  const [widened] = weights.shape(at('conv4.weight'), 4) as Sides
  const hidden = halfOf(weights, at('conv4'), widened)
  const [c, d] = [0, hidden].map((from) =>
    convolution(builder, at('conv4'), second, { part: outputs(from, hidden) }),
  ) as [Value, Value]
  const fed = convolution(builder, at('conv5'), graph.op('Mul', [c, d]))
  return graph.op('Add', [between, scaled(fed, 'gamma')])
}

/**
 * One of the two halves that a gate multiplies; two convolutions, because cutting one's result would copy all of it.
 */
function outputs(from: number, count: number) {
  return { name: from === 0 ? 'first' : 'second', from, to: from + count, padded: count, of: 2 * count }
}

function halfOf(weights: Weights, name: string, channels: number): number {
  if (channels % 2 !== 0) throw weights.misfit(`“${name}.weight” has an odd number of rows`)
  return channels / 2
}

function recognise({ tensors }: Found): RecognisedArchitecture {
  const weights = new Weights('NAFNet', tensors)
  const width = widthOf(weights, 'intro', 'ending')
  const graph = new Graph()
  const { encoders, middle, decoders, pooled } = nafNet({ graph, weights })
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

export const nafNetFamily: Family = { anchor: 'intro.weight', build: recognise }
