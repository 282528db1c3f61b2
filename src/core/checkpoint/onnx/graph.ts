import type { StoredTensor } from '../read/storedTensor'
import type { Attribute, Constant, Node, Port } from './modelFile'

/** A value in the graph: the output of a node, a constant, or an input, by its name. */
export type Value = string

/** Numbers of a checkpoint as the graph wants them. */
export interface GraphWeight {
  name: Value
  shape: number[]
  stored: StoredTensor
  /** Transforms the stored numbers once, at import. */
  arrange: (values: Float32Array) => Float32Array
}

/** An ONNX graph that grows by one operator at a time. */
export class Graph {
  readonly nodes: Node[] = []
  readonly weights: GraphWeight[] = []
  /** Shapes that ONNX Runtime does not infer by itself. */
  readonly shapes: Port[] = []
  private readonly constantsByText = new Map<string, Constant>()

  get constants(): Constant[] {
    return [...this.constantsByText.values()]
  }

  /** An operator with one output, which is returned. */
  op(type: string, inputs: Value[], attributes: Record<string, Attribute> = {}): Value {
    return this.split(type, inputs, attributes, 1)[0]!
  }

  /** An operator with several outputs. */
  split(type: string, inputs: Value[], attributes: Record<string, Attribute>, count: number): Value[] {
    const name = `${type}_${this.nodes.length}`
    const outputs = Array.from({ length: count }, (_, index) => (index === 0 ? name : `${name}_${index}`))
    this.nodes.push({ type, inputs, outputs, attributes })
    return outputs
  }

  /** Tells ONNX Runtime the shape of a value; sides of the same name are equally long. */
  shaped(value: Value, shape: Port['shape']): Value {
    this.shapes.push({ name: value, shape })
    return value
  }

  /** Gives a value the name that the contract wants. */
  name(value: Value, name: string): void {
    this.nodes.push({ type: 'Identity', inputs: [value], outputs: [name], attributes: {} })
  }

  /** A list of whole numbers. */
  ints(values: number[]): Value {
    return this.constant('ints', [values.length], BigInt64Array.from(values, BigInt))
  }

  floats(values: number[], shape: number[]): Value {
    return this.constant('floats', shape, Float32Array.from(values))
  }

  /** A tensor of the checkpoint, as it is or arranged anew; then under a name of its own. */
  weight(
    name: string,
    shape: number[],
    stored: StoredTensor,
    arrange: (values: Float32Array) => Float32Array = (values) => values,
  ): Value {
    this.weights.push({ name, shape, stored, arrange })
    return name
  }

  private constant(kind: string, shape: number[], values: Constant['values']): Value {
    const text = `${kind} ${shape.join()} ${values.join()}`
    const known = this.constantsByText.get(text)
    if (known) return known.name
    const name = `${kind}_${this.constantsByText.size}`
    this.constantsByText.set(text, { name, shape, values })
    return name
  }
}
