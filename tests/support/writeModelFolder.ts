import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Graph, type Value } from '../../src/core/checkpoint/onnx/graph'
import { encodeModel } from '../../src/core/checkpoint/onnx/modelFile'
import type { Manifest } from '../../src/core/model/manifest'
import { manifest } from './models'

/** What a model without gates makes of the value `image`. */
export type Recipe = (graph: Graph) => Value

export const unchanged: Recipe = () => 'image'
export const black: Recipe = (graph) => graph.op('Mul', ['image', graph.floats([0], [1])])
export const noNumbers: Recipe = (graph) => {
  const zeros = black(graph)
  return graph.op('Div', [zeros, zeros])
}

/** Gates of which two are always open, and which a picture does not depend on. */
export const twoGates = (graph: Graph) => {
  const mixed = graph.op('Mul', ['gate_override', 'gate_mix'])
  graph.name(
    graph.op('Add', [graph.op('Mul', [mixed, graph.floats([0], [1])]), graph.floats([0.5, 0.5], [1, 2])]),
    'gates',
  )
  return 'image'
}

/** A folder with a model of its own making, whatever it is worth. */
export function writeModelFolder(folder: string, recipe: Recipe, changes: Partial<Manifest> = {}): void {
  const graph = new Graph()
  graph.name(recipe(graph), 'restored')
  const picture = [1, 3, 'height', 'width']
  const { levels = 0, experts = [] } = changes
  const gates = { name: 'gates', shape: [levels, experts.length] }
  const bytes = encodeModel({
    name: 'test',
    nodes: graph.nodes,
    constants: graph.constants,
    shapes: graph.shapes,
    weights: [],
    weightsFile: '',
    inputs: [
      { name: 'image', shape: picture },
      ...(levels > 0
        ? [
            { ...gates, name: 'gate_override' },
            { name: 'gate_mix', shape: [1] },
          ]
        : []),
    ],
    outputs: [{ name: 'restored', shape: picture }, ...(levels > 0 ? [gates] : [])],
  })
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  mkdirSync(folder, { recursive: true })
  writeFileSync(join(folder, 'model.onnx'), bytes)
  writeFileSync(join(folder, 'manifest.json'), JSON.stringify(manifest({ sha256, ...changes })))
}
