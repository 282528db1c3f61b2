import type { Graph, Value } from '../onnx/graph'
import type { Weights } from './weights'

/** Layer normalisation over the channels of each pixel, by `name.weight` and `name.bias`. `x` is [1, C, H, W]. */
export function channelNorm(
  graph: Graph,
  weights: Weights,
  name: string,
  x: Value,
  channels: number,
  epsilon: number,
): Value {
  const scale = weights.put(graph, `${name}.weight`, [channels])
  const bias = weights.put(graph, `${name}.bias`, [channels])
  // The operator normalises the last axes only.
  const last = graph.op('Transpose', [x], { perm: [0, 2, 3, 1] })
  const normed = graph.op('LayerNormalization', [last, scale, bias], {
    axis: -1,
    epsilon: { float: epsilon },
  })
  return graph.op('Transpose', [normed], { perm: [0, 3, 1, 2] })
}
