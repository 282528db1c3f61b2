import { BinaryReader, BinaryWriter, WireType } from '@bufbuild/protobuf/wire'

/** Numbers of the fields of ONNX's messages (github.com/onnx/onnx, onnx.proto). */
const graphOfModel = 7
const inGraph = { node: 1, initializer: 5, output: 12 } as const
const inNode = { input: 1, output: 2, attribute: 5 } as const
const graphOfAttribute = 6
const nameOfPort = 1
const nameOfInitializer = 8

interface Field {
  number: number
  /** What it holds, for fields that hold bytes; empty for numbers. */
  content: Uint8Array
  /** All of it, as it stands in its message. */
  whole: Uint8Array
}

/**
 * Cuts a model down to some of its outputs and the nodes and weights that they need: ONNX Runtime runs every node of a
 * model, whichever outputs are asked for. Undefined where a node has a subgraph, whose inputs are not traced. Inputs
 * stay, needed or not. `model` is a ModelProto. Throws RangeError or Error where it is none.
 */
export function partOfGraph(model: Uint8Array, outputs: string[]): Uint8Array | undefined {
  const graph = fieldsOf(model).find(({ number }) => number === graphOfModel)
  if (!graph) throw new RangeError('there is no graph in the model')
  const fields = fieldsOf(graph.content)
  const needed = new Set(outputs)
  const kept = new Set<Field>()
  // Nodes are in topological order.
  for (const field of fields.toReversed()) {
    if (field.number !== inGraph.node) continue
    const parts = fieldsOf(field.content)
    if (parts.some(hasGraph)) return undefined
    if (!namesIn(parts, inNode.output).some((name) => needed.has(name))) continue
    kept.add(field)
    for (const name of namesIn(parts, inNode.input)) needed.add(name)
  }

  const writer = new BinaryWriter().tag(graphOfModel, WireType.LengthDelimited).fork()
  for (const field of fields) if (isKept(field)) writer.raw(field.whole)
  writer.join()
  for (const field of fieldsOf(model)) if (field.number !== graphOfModel) writer.raw(field.whole)
  return writer.finish()

  function isKept(field: Field): boolean {
    if (field.number === inGraph.node) return kept.has(field)
    if (field.number === inGraph.initializer) return needed.has(nameOf(field, nameOfInitializer))
    return field.number !== inGraph.output || outputs.includes(nameOf(field, nameOfPort))
  }
}

function fieldsOf(message: Uint8Array): Field[] {
  const reader = new BinaryReader(message)
  const fields: Field[] = []
  while (reader.pos < reader.len) {
    const start = reader.pos
    const [number, type] = reader.tag()
    const content = type === WireType.LengthDelimited ? reader.bytes() : new Uint8Array()
    if (type !== WireType.LengthDelimited) reader.skip(type, number)
    fields.push({ number, content, whole: message.subarray(start, reader.pos) })
  }
  return fields
}

function hasGraph({ number, content }: Field): boolean {
  return number === inNode.attribute && fieldsOf(content).some((field) => field.number === graphOfAttribute)
}

function namesIn(fields: Field[], number: number): string[] {
  return fields.filter((field) => field.number === number).map(({ content }) => textOf(content))
}

function nameOf({ content }: Field, number: number): string {
  return namesIn(fieldsOf(content), number)[0] ?? ''
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
