import { createHash } from 'node:crypto'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { readFloats } from '../read/storedTensor'
import { unreadable } from '../read/unreadable'
import type { Graph, GraphWeight } from './graph'
import { bytesOf, encodeModel, type ExternalWeight, type Port } from './modelFile'

/** A graph that is to become an ONNX model. */
export interface BuiltModel {
  name: string
  graph: Graph
  inputs: Port[]
  outputs: Port[]
}

const weightsFile = 'model.onnx.data'
/** ONNX Runtime reads weights in place where they begin at a multiple of this many bytes. */
const alignment = 64

export interface WriteOptions {
  signal?: AbortSignal
  /** Called with the bytes of weights written so far. */
  onProgress?: (done: number, total: number) => void
}

/**
 * Writes model.onnx and model.onnx.data into a folder, with no more than one weight in memory.
 *
 * Returns the SHA-256 of both files, one after the other. Throws `checkpoint-unreadable`, also for weights that are not
 * finite.
 */
export async function writeModel(
  folder: string,
  model: BuiltModel,
  options: WriteOptions = {},
): Promise<string> {
  const { graph } = model
  const { places, total } = placeWeights(graph.weights)
  const bytes = encodeModel({
    ...model,
    nodes: graph.nodes,
    constants: graph.constants,
    weights: places,
    shapes: graph.shapes,
    weightsFile,
  })
  const hash = createHash('sha256').update(bytes)
  await writing(join(folder, 'model.onnx'), async (file) => {
    await file.writeFile(bytes)
  })
  await writing(join(folder, weightsFile), async (file) => {
    for (const [index, weight] of graph.weights.entries()) {
      options.signal?.throwIfAborted()
      const padded = await readPadded(weight)
      await file.writeFile(padded)
      hash.update(padded)
      options.onProgress?.(places[index]!.offset + padded.length, total)
    }
  })
  return hash.digest('hex')
}

function placeWeights(weights: GraphWeight[]): { places: ExternalWeight[]; total: number } {
  let total = 0
  const places = weights.map(({ name, shape }) => {
    const offset = total
    total += aligned(4 * shape.reduce((product, side) => product * side, 1))
    return { name, shape, offset }
  })
  return { places, total }
}

/** The numbers of a weight as the graph wants them, with zeros up to where the next one begins. */
async function readPadded({ name, shape, stored, arrange }: GraphWeight): Promise<Uint8Array> {
  const values = arrange(await readFloats(stored))
  const items = shape.reduce((product, side) => product * side, 1)
  if (values.length !== items) throw new RangeError(`${name} has ${values.length} numbers for ${shape}`)
  if (!values.every(Number.isFinite)) throw unreadable(`the weights of “${name}” are not numbers`)
  const bytes = bytesOf(values)
  if (bytes.length === aligned(bytes.length)) return bytes
  const padded = new Uint8Array(aligned(bytes.length))
  padded.set(bytes)
  return padded
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / alignment) * alignment
}

/** Writes a new file and flushes it to the disk. */
async function writing(path: string, write: (file: FileHandle) => Promise<void>): Promise<void> {
  const file = await open(path, 'wx')
  try {
    await write(file)
    await file.sync()
  } finally {
    await file.close()
  }
}
