import { BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/*
 * model.onnx as bytes: the few messages of ONNX (github.com/onnx/onnx, onnx.proto) that our graphs need. The numbers
 * are those of the fields there.
 */

/** An attribute of a node: floats are written as 0.5 or { float: 1 }, whole numbers are integers. */
export type Attribute = number | string | number[] | { float: number }

export interface Node {
  type: string
  inputs: string[]
  outputs: string[]
  attributes: Record<string, Attribute>
}

/** A constant in the file itself. */
export interface Constant {
  name: string
  shape: number[]
  values: Float32Array | BigInt64Array
}

/** A float32 constant in the external file. */
export interface ExternalWeight {
  name: string
  shape: number[]
  /** In bytes. */
  offset: number
}

/** An input, an output or another float32 value; a string in its shape is a dynamic side. */
export interface Port {
  name: string
  shape: (number | string)[]
}

export interface ModelFile {
  name: string
  nodes: Node[]
  constants: Constant[]
  weights: ExternalWeight[]
  /** Name of the file with the weights. */
  weightsFile: string
  inputs: Port[]
  outputs: Port[]
  /** Of values between inputs and outputs. */
  shapes: Port[]
}

/** Operator set 20 has Gelu; 9 is the file format that goes with it. */
const operatorSet = 20
const irVersion = 9
const dataTypes = { float: 1, int64: 7 } as const
const external = 1

export function encodeModel(model: ModelFile): Uint8Array {
  const writer = new BinaryWriter()
  int(writer, 1, irVersion)
  text(writer, 2, 'Petrichor')
  message(writer, 7, (graph) => {
    for (const node of model.nodes) message(graph, 1, (inner) => encodeNode(inner, node))
    text(graph, 2, model.name)
    for (const constant of model.constants) message(graph, 5, (inner) => encodeConstant(inner, constant))
    for (const weight of model.weights) {
      message(graph, 5, (inner) => encodeWeight(inner, weight, model.weightsFile))
    }
    for (const port of model.inputs) message(graph, 11, (inner) => encodePort(inner, port))
    for (const port of model.outputs) message(graph, 12, (inner) => encodePort(inner, port))
    for (const port of model.shapes) message(graph, 13, (inner) => encodePort(inner, port))
  })
  message(writer, 8, (set) => int(set, 2, operatorSet))
  return writer.finish()
}

function encodeNode(writer: BinaryWriter, node: Node): void {
  for (const input of node.inputs) text(writer, 1, input)
  for (const output of node.outputs) text(writer, 2, output)
  text(writer, 3, node.outputs[0]!)
  text(writer, 4, node.type)
  for (const [name, value] of Object.entries(node.attributes)) {
    message(writer, 5, (attribute) => {
      text(attribute, 1, name)
      encodeAttribute(attribute, value)
    })
  }
}

function encodeAttribute(writer: BinaryWriter, value: Attribute): void {
  const kinds = { float: 1, int: 2, string: 3, ints: 7 } as const
  const kind = (number: number) => int(writer, 20, number)
  if (typeof value === 'string') {
    text(writer, 4, value)
    kind(kinds.string)
  } else if (Array.isArray(value)) {
    for (const item of value) int(writer, 8, item)
    kind(kinds.ints)
  } else if (typeof value === 'number' && Number.isInteger(value)) {
    int(writer, 3, value)
    kind(kinds.int)
  } else {
    writer.tag(2, WireType.Bit32).float(typeof value === 'number' ? value : value.float)
    kind(kinds.float)
  }
}

function encodeConstant(writer: BinaryWriter, { name, shape, values }: Constant): void {
  for (const side of shape) int(writer, 1, side)
  int(writer, 2, values instanceof Float32Array ? dataTypes.float : dataTypes.int64)
  text(writer, 8, name)
  writer.tag(9, WireType.LengthDelimited).bytes(bytesOf(values))
}

function encodeWeight(writer: BinaryWriter, { name, shape, offset }: ExternalWeight, file: string): void {
  const length = 4 * shape.reduce((product, side) => product * side, 1)
  for (const side of shape) int(writer, 1, side)
  int(writer, 2, dataTypes.float)
  text(writer, 8, name)
  for (const [key, value] of Object.entries({ location: file, offset, length })) {
    message(writer, 13, (entry) => {
      text(entry, 1, key)
      text(entry, 2, String(value))
    })
  }
  int(writer, 14, external)
}

function encodePort(writer: BinaryWriter, { name, shape }: Port): void {
  text(writer, 1, name)
  message(writer, 2, (type) =>
    message(type, 1, (tensor) => {
      int(tensor, 1, dataTypes.float)
      message(tensor, 2, (sides) => {
        for (const side of shape) {
          message(sides, 1, (inner) =>
            typeof side === 'number' ? int(inner, 1, side) : text(inner, 2, side),
          )
        }
      })
    }),
  )
}

/** The bytes behind an array of numbers; little-endian, as on every machine that Electron runs on. */
export function bytesOf(values: Float32Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
}

function message(writer: BinaryWriter, field: number, write: (inner: BinaryWriter) => void): void {
  writer.tag(field, WireType.LengthDelimited).fork()
  write(writer)
  writer.join()
}

function text(writer: BinaryWriter, field: number, value: string): void {
  writer.tag(field, WireType.LengthDelimited).string(value)
}

function int(writer: BinaryWriter, field: number, value: number): void {
  writer.tag(field, WireType.Varint).int64(value)
}
