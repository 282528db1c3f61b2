import type { Graph } from '../onnx/graph'
import type { Weights } from './weights'

/** What an architecture is built with: the graph that grows, and the weights that it takes. */
export interface Builder {
  graph: Graph
  weights: Weights
}
