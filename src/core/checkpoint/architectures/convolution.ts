import type { Graph, Value } from '../onnx/graph'
import { itemSizes, type StoredTensor } from '../read/storedTensor'
import type { Builder } from './builder'

/** Rows (outputs), columns (inputs of a group), height and width of a kernel. */
export type Sides = [number, number, number, number]

/** Which of the outputs, and how many zeros behind them: kernels of 16n outputs run several times as fast. */
export interface Part {
  name: string
  from: number
  to: number
  /** How many outputs there are with the zeros. */
  padded: number
  /** How many outputs all parts have together. */
  of: number
}

interface Options {
  /** Each channel by itself. */
  depthwise?: boolean
  /** Steps from pixel to pixel; above 1 the kernel is as large as a step, so that nothing is padded. */
  stride?: number
  /** Only these outputs. */
  part?: Part
  /** So many inputs with weights, and zeros behind them. */
  inputs?: { stored: number; padded: number }
}

/**
 * A convolution as `torch.nn.Conv2d` has it, with its bias where there is one, padded so that an odd kernel keeps height
 * and width. `x` is [1, C, H, W]. Throws `checkpoint-unknown`.
 */
export function convolution(builder: Builder, name: string, x: Value, options: Options = {}): Value {
  const { graph, weights } = builder
  const [outputs, columns, height, width] = weights.shape(`${name}.weight`, 4) as Sides
  const { stride = 1, part = { name: 'weight', from: 0, to: outputs, padded: outputs, of: outputs } } =
    options
  const { stored, padded } = options.inputs ?? { stored: options.depthwise ? 1 : columns, padded: columns }
  if (height !== width || (stride === 1 ? height % 2 === 0 : height !== stride)) {
    throw weights.misfit(`“${name}.weight” has a kernel of ${height}x${width}`)
  }
  const pad = stride === 1 ? (height - 1) / 2 : 0

  const kernel = rows(weights.take(`${name}.weight`, [part.of, stored, height, width]), part)
  const shape = [part.padded, padded, height, width]
  const operands = [
    x,
    graph.weight(`${name}.${part.name}`, shape, kernel, (values) =>
      widen(values, stored * height * width, padded * height * width, part.padded),
    ),
  ]
  if (weights.has(`${name}.bias`)) {
    const bias = rows(weights.take(`${name}.bias`, [part.of]), part)
    operands.push(
      graph.weight(`${name}.${part.name}.bias`, [part.padded], bias, (values) =>
        widen(values, 1, 1, part.padded),
      ),
    )
  }
  const result = graph.op('Conv', operands, {
    kernel_shape: [height, width],
    pads: [pad, pad, pad, pad],
    strides: [stride, stride],
    group: options.depthwise ? part.padded : 1,
  })
  // Parts are as large as each other: ONNX Runtime then multiplies them in the layout that convolutions leave them in.
  return options.part ? graph.shaped(result, [1, part.padded, `${name}.height`, `${name}.width`]) : result
}

/** Some outputs of a 1x1 convolution, and what the depthwise one behind it makes of them. */
export function convolutionPart(
  builder: Builder,
  [first, depthwise]: [string, string],
  x: Value,
  part: Part,
): Value {
  const mixed = convolution(builder, first, x, { part })
  return convolution(builder, depthwise, mixed, { part, depthwise: true })
}

/** PyTorch's PixelShuffle(2): [1, 4C, H, W] -> [1, C, 2H, 2W]. */
export function pixelShuffle(graph: Graph, x: Value): Value {
  return graph.op('DepthToSpace', [x], { blocksize: 2, mode: 'CRD' })
}

/**
 * PyTorch's PixelUnshuffle(2): [1, C, H, W] -> [1, 4C, H/2, W/2]. ONNX puts the four places first and the channels second,
 * PyTorch the other way round, so the channels are picked in its order.
 */
export function pixelUnshuffle(graph: Graph, x: Value, channels: number): Value {
  const order = Array.from(
    { length: 4 * channels },
    (_, index) => (index % 4) * channels + Math.floor(index / 4),
  )
  return graph.op('Gather', [graph.op('SpaceToDepth', [x], { blocksize: 2 }), graph.ints(order)], { axis: 1 })
}

/** Some of the rows of a tensor, which lie one behind the other in the file. */
function rows(tensor: StoredTensor, { from, to }: Part): StoredTensor {
  const [, ...row] = tensor.shape
  const bytes = row.reduce((product, side) => product * side, itemSizes[tensor.type])
  return { ...tensor, shape: [to - from, ...row], offset: tensor.offset + from * bytes }
}

/** The same rows, each with zeros up to another length, and rows of zeros behind them. */
function widen(values: Float32Array, length: number, wanted: number, rows: number): Float32Array {
  if (values.length === wanted * rows) return values
  const widened = new Float32Array(wanted * rows)
  for (let row = 0; row * length < values.length; row++) {
    widened.set(values.subarray(row * length, (row + 1) * length), row * wanted)
  }
  return widened
}
