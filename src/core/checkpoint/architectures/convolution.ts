import type { Graph, Value } from '../onnx/graph'
import { itemSizes, type StoredTensor } from '../read/storedTensor'
import type { Builder } from './builder'

/** Rows (outputs), columns (inputs of a group), height and width of a kernel. */
export type Sides = [number, number, number, number]

/** A range of outputs, padded with zeros: kernels of 16n outputs run several times as fast. */
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
  /** One kernel for each channel. */
  depthwise?: boolean
  /** Above 1 the kernel is as large as the stride, so that nothing is padded. */
  stride?: number
  /** Only these outputs. */
  part?: Part
  /** The number of inputs with weights, and with the zeros behind them. */
  inputs?: { stored: number; padded: number }
}

/**
 * A convolution as `torch.nn.Conv2d` has it, with its bias where there is one, padded so that an odd kernel keeps
 * height and width. `x` is [1, C, H, W]. Throws `checkpoint-unknown`.
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
  // Parts of one shape let ONNX Runtime multiply them in the layout that convolutions produce.
  return options.part ? graph.shaped(result, [1, part.padded, `${name}.height`, `${name}.width`]) : result
}

/** A range of the outputs of a 1x1 convolution, followed by the same range of the depthwise one behind it. */
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
 * PyTorch's PixelUnshuffle(2): [1, C, H, W] -> [1, 4C, H/2, W/2]. ONNX puts the four places first and the channels
 * second, PyTorch the other way round, so the channels are picked in its order.
 */
export function pixelUnshuffle(graph: Graph, x: Value, channels: number): Value {
  const order = Array.from(
    { length: 4 * channels },
    (_, index) => (index % 4) * channels + Math.floor(index / 4),
  )
  return graph.op('Gather', [graph.op('SpaceToDepth', [x], { blocksize: 2 }), graph.ints(order)], { axis: 1 })
}

/** A range of a tensor's rows, which are contiguous in the file. */
function rows(tensor: StoredTensor, { from, to }: Part): StoredTensor {
  const [, ...row] = tensor.shape
  const bytes = row.reduce((product, side) => product * side, itemSizes[tensor.type])
  return { ...tensor, shape: [to - from, ...row], offset: tensor.offset + from * bytes }
}

/** Pads each row with zeros to another length, and appends rows of zeros. */
function widen(values: Float32Array, length: number, wanted: number, rows: number): Float32Array {
  if (values.length === wanted * rows) return values
  const widened = new Float32Array(wanted * rows)
  for (let row = 0; row * length < values.length; row++) {
    widened.set(values.subarray(row * length, (row + 1) * length), row * wanted)
  }
  return widened
}
