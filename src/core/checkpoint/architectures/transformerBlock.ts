import type { Value } from '../onnx/graph'
import type { Builder } from './builder'
import { channelNorm } from './channelNorm'
import { convolution, convolutionPart, type Sides } from './convolution'
import { channelsFirst, channelsLast } from './layout'

/** As in the published code. */
const normEpsilon = 1e-5
/** Below it, `torch.nn.functional.normalize` divides by it instead of by the length. */
const lengthEpsilon = 1e-12

/**
 * The transformer block of Restormer (Zamir et al., CVPR 2022), of which PromptIR and CPL's model are made: x +
 * attention(norm(x)), then the same with a gated feed-forward part. `x` is [1, H, W, C]: so norms and the last product
 * of the attention need no copy in another order, and convolutions reorder their inputs anyway.
 */
function transformerBlock(builder: Builder, name: string, x: Value): Value {
  const { graph, weights } = builder
  const [, channels] = weights.shape(`${name}.attn.qkv.weight`, 4) as Sides
  const attended = attention(builder, `${name}.attn`, normed(builder, `${name}.norm1`, x, channels), channels)
  const between = graph.op('Add', [x, attended])
  const fed = feedForward(builder, `${name}.ffn`, normed(builder, `${name}.norm2`, between, channels))
  return graph.op('Add', [between, fed])
}

/** As many blocks as the weights have below `name`. `x` is [1, C, H, W]. */
export function transformerBlocks(builder: Builder, name: string, x: Value): Value {
  const { weights } = builder
  const count = weights.blocks(name)
  if (count === 0) throw weights.misfit(`“${name}” has no blocks`)
  const names = Array.from({ length: count }, (_, index) => `${name}.${index}`)
  return transformed(builder, names, x)
}

/** The blocks of these names, one after the other. `x` is [1, C, H, W]. */
export function transformed(builder: Builder, names: string[], x: Value): Value {
  const { graph } = builder
  const result = names.reduce((value, name) => transformerBlock(builder, name, value), channelsLast(graph, x))
  return channelsFirst(graph, result)
}

/** Normalised over the channels of each pixel; without a bias the mean stays (Restormer's BiasFree). */
function normed(builder: Builder, name: string, x: Value, channels: number): Value {
  const { weights } = builder
  if (!weights.has(`${name}.body.bias`)) return biasFreeNorm(builder, name, x, channels)
  return channelNorm(builder, `${name}.body`, x, { channels, epsilon: normEpsilon })
}

function biasFreeNorm(builder: Builder, name: string, x: Value, channels: number): Value {
  const { graph, weights } = builder
  const scale = weights.put(graph, `${name}.body.weight`, [channels])
  const axes = graph.ints([-1])
  const centred = graph.op('Sub', [x, graph.op('ReduceMean', [x, axes])])
  const variance = graph.op('ReduceMean', [graph.op('Mul', [centred, centred]), axes])
  const deviation = graph.op('Sqrt', [graph.op('Add', [variance, graph.floats([normEpsilon], [1])])])
  return graph.op('Mul', [graph.op('Div', [x, deviation]), scale])
}

/**
 * Attention between channels, in heads of c = C / heads channels: softmax(t · q̂ k̂ᵀ) v, where q̂ and k̂ have length 1
 * over all pixels. Two things are done in another order than in the published code, with the same result and without
 * another pass over all pixels each: lengths are divided out of the small product q kᵀ; and the projection that
 * follows, which is linear too, is multiplied with the small softmax first. `x` is [1, H, W, C].
 */
function attention(builder: Builder, name: string, x: Value, channels: number): Value {
  const { graph, weights } = builder
  const [heads] = weights.shape(`${name}.temperature`, 3) as [number, number, number]
  const c = channels / heads
  if (!Number.isInteger(c)) throw weights.misfit(`${channels} channels cannot be shared by ${heads} heads`)

  // Three convolutions instead of one that is then cut: the cut would copy all of it.
  const input = channelsFirst(graph, x)
  const [q, k, v] = ['query', 'key', 'value'].map((part, index) => {
    const from = index * channels
    return convolutionPart(builder, [`${name}.qkv`, `${name}.qkv_dwconv`], input, {
      name: part,
      from,
      to: from + channels,
      padded: channels,
      of: 3 * channels,
    })
  }) as [Value, Value, Value]
  const inHeads = (value: Value) => graph.op('Reshape', [value, graph.ints([1, heads, c, -1])])
  const length = (value: Value) =>
    graph.op('Max', [
      graph.op('ReduceL2', [value, graph.ints([-1])], { keepdims: 1 }),
      graph.floats([lengthEpsilon], [1]),
    ])
  const flipped = (value: Value) => graph.op('Transpose', [value], { perm: [0, 1, 3, 2] })

  const [queries, keys] = [inHeads(q), inHeads(k)]
  const products = graph.op('MatMul', [queries, flipped(keys)])
  const lengths = graph.op('Mul', [length(queries), flipped(length(keys))])
  const temperature = weights.put(graph, `${name}.temperature`, [heads, 1, 1])
  const likeness = graph.op('Mul', [graph.op('Div', [products, lengths]), temperature])
  const shares = graph.op('Softmax', [likeness], { axis: -1 })

  const mixed = graph.op('MatMul', [projectionByHead(builder, name, channels, heads), shares])
  const projection = graph.op('Reshape', [flipped(mixed), graph.ints([channels, channels])])
  const result = graph.op('MatMul', [channelsLast(graph, v), projection])
  if (!weights.has(`${name}.project_out.bias`)) return result
  return graph.op('Add', [result, weights.put(graph, `${name}.project_out.bias`, [channels])])
}

/** The output projection [C, C] cut by the heads whose outputs it takes: [1, heads, C, c]. */
function projectionByHead(builder: Builder, name: string, channels: number, heads: number): Value {
  const { graph, weights } = builder
  const c = channels / heads
  const stored = weights.take(`${name}.project_out.weight`, [channels, channels, 1, 1])
  return graph.weight(`${name}.project_out.by_head`, [1, heads, channels, c], stored, (values) =>
    Float32Array.from(values, (_, index) => {
      const head = Math.floor(index / (channels * c))
      const row = Math.floor(index / c) % channels
      return values[row * channels + head * c + (index % c)]!
    }),
  )
}

/**
 * project_out(gelu(a) · b), where a and b are the halves of what a 1x1 and a depthwise 3x3 convolution give. `x` is
 * [1, H, W, C].
 */
function feedForward(builder: Builder, name: string, x: Value): Value {
  const { graph, weights } = builder
  const [doubled] = weights.shape(`${name}.project_in.weight`, 4) as Sides
  const hidden = doubled / 2
  if (!Number.isInteger(hidden)) throw weights.misfit(`“${name}.project_in.weight” has an odd number of rows`)
  const padded = Math.ceil(hidden / 16) * 16
  const input = channelsFirst(graph, x)
  const half = (part: string, from: number) =>
    convolutionPart(builder, [`${name}.project_in`, `${name}.dwconv`], input, {
      name: part,
      from,
      to: from + hidden,
      padded,
      of: doubled,
    })
  const gated = graph.op('Mul', [graph.op('Gelu', [half('gate', 0)]), half('value', hidden)])
  const inputs = { stored: hidden, padded }
  return channelsLast(graph, convolution(builder, `${name}.project_out`, gated, { inputs }))
}
