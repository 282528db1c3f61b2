import type { Graph, Value } from '../onnx/graph'
import type { Builder } from './builder'
import { convolution } from './convolution'
import { forcible } from './forced'
import { transformed } from './transformerBlock'
import type { Weights } from './weights'

/** What a prompt module adds to the graph. */
export interface Prompted {
  /** The features, [1, C', H, W]. */
  features: Value
  /** The router's own gates, [1, N]. */
  gates: Value
}

/** How many experts N a prompt module has. */
export function expertsOf(weights: Weights, level: number): number {
  return weights.shape(`prompt${level}.prompt_param`, 5)[1]!
}

/**
 * The prompt module of PromptIR, with the sparse routing of CPL (Wu et al., arXiv 2504.09973): a router looks at the
 * mean of the features and weighs N prompts, the `kept` heaviest are summed, stretched to the features' size and put
 * behind them. The gates are an output, and can be replaced by row `row` of the contract's inputs `gate_override` and
 * `gate_mix`.
 */
export function promptModule(
  builder: Builder,
  { level, kept, row }: { level: number; kept: number; row: number },
  features: Value,
): Prompted {
  const { graph, weights } = builder
  const name = `prompt${level}`
  const [, experts, channels, height, width] = weights.shape(`${name}.prompt_param`, 5) as [
    number,
    number,
    number,
    number,
    number,
  ]
  const [, seen] = weights.shape(`${name}.linear_layer.weight`, 2) as [number, number]

  const mean = graph.op('Flatten', [graph.op('GlobalAveragePool', [features])], { axis: 1 })
  const router = weights.put(graph, `${name}.linear_layer.weight`, [experts, seen])
  const bias = weights.put(graph, `${name}.linear_layer.bias`, [experts])
  const scores = graph.op('Gemm', [mean, router, bias], { transB: 1 })
  const own = keepLargest(graph, graph.op('Softmax', [scores], { axis: -1 }), experts, kept)

  const forced = graph.op('Gather', ['gate_override', graph.ints([row])], { axis: 0 })
  const gates = forcible(graph, own, forced, 'gate_mix')

  const stored = weights.take(`${name}.prompt_param`, [1, experts, channels, height, width])
  const prompts = graph.weight(`${name}.prompt_param`, [experts, channels * height * width], stored)
  const prompt = graph.op('Reshape', [
    graph.op('MatMul', [gates, prompts]),
    graph.ints([1, channels, height, width]),
  ])
  const size = graph.op('Concat', [graph.ints([1, channels]), graph.op('Shape', [features], { start: 2 })], {
    axis: 0,
  })
  const stretched = graph.op('Resize', [prompt, '', '', size], {
    mode: 'linear',
    coordinate_transformation_mode: 'half_pixel',
  })
  const behind = graph.op('Concat', [features, convolution(builder, `${name}.conv3x3`, stretched)], {
    axis: 1,
  })
  const mixed = transformed(builder, [`noise_level${level}`], behind)
  return { features: convolution(builder, `reduce_noise_level${level}`, mixed), gates: own }
}

/** The `kept` largest of [1, N] as they are, 0 for the others. */
function keepLargest(graph: Graph, values: Value, experts: number, kept: number): Value {
  if (kept === experts) return values
  const [largest, places] = graph.split('TopK', [values, graph.ints([kept])], { axis: -1 }, 2) as [
    Value,
    Value,
  ]
  const zeros = graph.floats(Array<number>(experts).fill(0), [1, experts])
  return graph.op('ScatterElements', [zeros, places, largest], { axis: 1 })
}
