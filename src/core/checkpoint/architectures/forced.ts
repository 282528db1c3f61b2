import type { Graph, Value } from '../onnx/graph'

/** Blends a model's own values with forced ones: own · (1 - mix) + forced · mix, where `mix` is [1]. */
export function forcible(graph: Graph, own: Value, forced: Value, mix: Value): Value {
  const rest = graph.op('Sub', [graph.floats([1], [1]), mix])
  return graph.op('Add', [graph.op('Mul', [own, rest]), graph.op('Mul', [forced, mix])])
}
