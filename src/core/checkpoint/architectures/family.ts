import { Graph } from '../onnx/graph'
import type { Port } from '../onnx/modelFile'
import { itemsIn, type StoredTensor } from '../read/storedTensor'
import type { Weights } from './weights'

/** The architecture that a checkpoint was recognised as, and the graph that runs it. */
export interface RecognisedArchitecture {
  /** Its id, as the manifest has it. */
  architecture: string
  /** What people call this kind of model. */
  label: string
  /** Channels behind its first convolution. */
  width: number
  /** How many blocks each of its parts has. */
  blocks: string
  /** For people, in English: the above, with the experts. */
  description: string
  /** Numbers in the weights that are used. */
  parameters: number
  /** L, N and k as the manifest has them; 0 for models without gates. */
  levels: number
  experts: number
  kept: number
  /** S of the manifest. */
  pooled: number
  /** For people: why k experts are kept; '' for models without gates. */
  keptBecause: string
  /** Height and width must be divisible by it. */
  multiple: number
  /** Suggested side of a tile, divisible by `multiple`. */
  tile: number
  graph: Graph
  inputs: Port[]
  outputs: Port[]
}

/** The weights of one model, and how they are stored in the checkpoint. */
export interface Found {
  /** The key that they are stored under. */
  container: string | undefined
  /** What all their names begin with. */
  prefix: string
  /** The weights by the rest of their names. */
  tensors: Map<string, StoredTensor>
  /** k, if asked for. */
  kept: number | undefined
}

/** A family of architectures that checkpoints can be imported from. */
export interface Family {
  /** A tensor that each of them has, and no other family. */
  anchor: string
  /** Builds the graph of one. Throws `checkpoint-unknown` where the weights do not fit. */
  build: (found: Found) => RecognisedArchitecture
}

/** Name, width and blocks, for people. */
export const describe = (label: string, width: number, blocks: string) =>
  `${label}, width ${width}, blocks ${blocks}`

/** Channels behind the first convolution. Throws `checkpoint-unknown` if the model does not map RGB to RGB. */
export function widthOf(weights: Weights, first: string, last: string): number {
  const [width, taken] = weights.shape(`${first}.weight`, 4) as [number, number]
  const [given] = weights.shape(`${last}.weight`, 4) as [number]
  if (taken === 3 && given === 3) return width
  throw weights.misfit(
    `it is not made for pictures of red, green and blue (channels in: ${taken}, out: ${given})`,
  )
}

/** How many numbers of the file a graph uses. */
export function parametersOf({ weights }: Graph): number {
  return weights.reduce((sum, { stored }) => sum + itemsIn(stored.shape), 0)
}

/** Inputs and outputs as docs/decisions/0002 has them. */
export function contract({
  levels,
  experts,
  pooled,
}: Pick<RecognisedArchitecture, 'levels' | 'experts' | 'pooled'>): {
  inputs: Port[]
  outputs: Port[]
} {
  const picture = [1, 3, 'height', 'width']
  const inputs: Port[] = [{ name: 'image', shape: picture }]
  const outputs: Port[] = [{ name: 'restored', shape: picture }]
  const forced = (kind: string, shape: number[]) => {
    inputs.push({ name: `${kind}_override`, shape }, { name: `${kind}_mix`, shape: [1] })
    outputs.push({ name: `${kind}s`, shape })
  }
  if (levels > 0) forced('gate', [levels, experts])
  if (pooled > 0) forced('pool', [pooled])
  return { inputs, outputs }
}
