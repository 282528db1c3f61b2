import type { Graph, Value } from '../onnx/graph'

/** [1, C, H, W], as convolutions want it -> [1, H, W, C], as norms and products over channels want it. */
export function channelsLast(graph: Graph, x: Value): Value {
  return graph.op('Transpose', [x], { perm: [0, 2, 3, 1] })
}

/** [1, H, W, C] -> [1, C, H, W]. */
export function channelsFirst(graph: Graph, x: Value): Value {
  return graph.op('Transpose', [x], { perm: [0, 3, 1, 2] })
}
