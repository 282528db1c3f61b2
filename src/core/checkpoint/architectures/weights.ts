import type { Graph, Value } from '../onnx/graph'
import { shapeName, type StoredTensor } from '../read/storedTensor'
import { unknownArchitecture } from '../read/unreadable'

/** Far beyond any model that we build; a side is also the length of tables in the graph. */
const longestSide = 65_536

/** The weights of a model by name. Each use is tracked, so that `finish` can tell that none was left over. */
export class Weights {
  private readonly used = new Set<string>()

  constructor(
    /** What the model is called in messages. */
    private readonly architecture: string,
    private readonly tensors: Map<string, StoredTensor>,
  ) {}

  has(name: string): boolean {
    return this.tensors.has(name)
  }

  /** The shape of a tensor, which must have this number of sides. Throws `checkpoint-unknown`. */
  shape(name: string, sides: number): number[] {
    const { shape } = this.get(name)
    if (shape.length !== sides || shape.some((side) => side === 0 || side > longestSide)) {
      throw this.misfit(`“${name}” should have ${sides} sides, and is ${shapeName(shape)}`)
    }
    return shape
  }

  /** A tensor of this shape. Throws `checkpoint-unknown`. */
  take(name: string, shape: number[]): StoredTensor {
    const tensor = this.get(name)
    if (shapeName(tensor.shape) !== shapeName(shape)) {
      throw this.misfit(`“${name}” should be ${shapeName(shape)}, and is ${shapeName(tensor.shape)}`)
    }
    this.used.add(name)
    return tensor
  }

  /** Puts a tensor of this shape into the graph. Throws `checkpoint-unknown`. */
  put(graph: Graph, name: string, shape: number[]): Value {
    return graph.weight(name, shape, this.take(name, shape))
  }

  /** How many blocks lie below `prefix`: `prefix.0`, `prefix.1`, … */
  blocks(prefix: string): number {
    const numbers = [...this.tensors.keys()]
      .filter((name) => name.startsWith(`${prefix}.`))
      .map((name) => Number(name.slice(prefix.length + 1).split('.', 1)[0]))
    return new Set(numbers.filter(Number.isInteger)).size
  }

  /** Throws `checkpoint-unknown` where tensors were left over; those that are `idle` may be. */
  finish(idle?: RegExp): void {
    const left = [...this.tensors.keys()].filter((name) => !this.used.has(name) && !idle?.test(name))
    if (left.length > 0) throw this.misfit(`it has ${left.length} more tensors: ${list(left)}`)
  }

  /** The error for weights that resemble this architecture's and do not fit. */
  misfit(why: string): Error {
    return unknownArchitecture(
      `The weights look like ${this.architecture}, but differ from what is known: ${why}.`,
      `Only models of the published kind can be imported; ${foundIn(this.tensors)}.`,
    )
  }

  private get(name: string): StoredTensor {
    const tensor = this.tensors.get(name)
    if (!tensor) throw this.misfit(`“${name}” is missing`)
    return tensor
  }
}

/** For people: what tensors were found. */
export function foundIn(tensors: Map<string, StoredTensor>): string {
  const found = [...tensors].map(([name, { shape }]) => `${name} (${shapeName(shape)})`)
  return `found ${tensors.size} tensors: ${list(found)}`
}

/** The first few of many names. */
function list(names: string[]): string {
  const shown = names.slice(0, 8).join(', ')
  return names.length > 8 ? `${shown}, …` : shown
}
