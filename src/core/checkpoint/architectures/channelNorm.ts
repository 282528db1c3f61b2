import type { Value } from '../onnx/graph'
import type { Builder } from './builder'

/** Layer normalisation over the channels of each pixel, by `name.weight` and `name.bias`. `x` is [1, H, W, C]. */
export function channelNorm(
  { graph, weights }: Builder,
  name: string,
  x: Value,
  { channels, epsilon }: { channels: number; epsilon: number },
): Value {
  const scale = weights.put(graph, `${name}.weight`, [channels])
  const bias = weights.put(graph, `${name}.bias`, [channels])
  return graph.op('LayerNormalization', [x, scale, bias], { axis: -1, epsilon: { float: epsilon } })
}
