import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { crc32 } from 'node:zlib'

/** Golden vectors of published models; see the READMEs there. */
const fixtures = join(import.meta.dirname, '../fixtures')
const folder = join(fixtures, 'cplir')

/** The authors' model was run in these variants, which keep so many experts … */
export const goldenVariants = { sparse_top1: 1, sparse_top2: 2, dense_promptir: 5 }
/** … on pictures of these heights and widths. */
export const goldenSizes = [
  [64, 64],
  [72, 104],
] as const

export interface NamedTensor {
  name: string
  shape: number[]
  values: Float32Array
}

/** All tensors of the published CPL model with the weights of the rule, in the order of a checkpoint. */
export function referenceTensors(): NamedTensor[] {
  return tensorsOf(join(folder, 'state_dict.tsv'))
}

/** A model of another architecture, small, with the weights of the rule. */
export interface SmallReference {
  tensors: NamedTensor[]
  height: number
  width: number
  /** What its authors' code gives for the picture of the rule, [3, height, width]. */
  output: Float32Array
}

export function smallReference(name: string): SmallReference {
  const [height, width] = [40, 56]
  return {
    tensors: tensorsOf(join(fixtures, 'architectures', `${name}.tsv`)),
    height,
    width,
    output: floatsIn(join(fixtures, 'architectures', `${name}_${height}x${width}.f32`)),
  }
}

/** The tensors that a table of names and shapes lists. */
function tensorsOf(table: string): NamedTensor[] {
  const [, ...lines] = readFileSync(table, 'utf8').trimEnd().split('\n')
  return lines.map((line) => {
    const [name, sides] = line.split('\t') as [string, string]
    const shape = sides.split('x').map(Number)
    return { name, shape, values: ruleWeights(name, shape) }
  })
}

function floatsIn(file: string): Float32Array {
  const bytes = readFileSync(file)
  return new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4)
}

/** A picture [3, height, width] of the rule, 0..1. */
export function referenceImage(height: number, width: number): Float32Array<ArrayBuffer> {
  return noise(`input${height}x${width}`, 3 * height * width).map((u) => (u + 1) / 2)
}

/** The output that the authors' model gave, [3, height, width]. */
export function goldenOutput(variant: string, height: number, width: number): Float32Array {
  return floatsIn(join(folder, `${variant}_${height}x${width}.f32`))
}

/** The router's softmax, of which the largest stay that the variant keeps, coarse to fine: [L][N]. */
export function goldenGates(variant: keyof typeof goldenVariants, height: number, width: number): number[][] {
  const kept = goldenVariants[variant]
  const expected = JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')) as Record<
    string,
    { routing_softmax: Record<string, number[]> }
  >
  const softmax = expected[`${variant}_${height}x${width}`]!.routing_softmax
  return ['prompt3', 'prompt2', 'prompt1'].map((level) => {
    const row = softmax[level]!
    const least = row.toSorted((a, b) => b - a)[kept - 1]!
    return row.map((weight) => (weight >= least ? weight : 0))
  })
}

/** The weights that the rule of the golden vectors gives a tensor. */
export function ruleWeights(name: string, shape: number[]): Float32Array {
  const u = noise(
    name,
    shape.reduce((product, side) => product * side, 1),
  )
  if (name.endsWith('temperature')) return u.map((value) => 1 + 0.1 * value)
  if (name.endsWith('prompt_param')) return u.map((value) => 0.5 + 0.5 * value)
  if (name.includes('norm') && name.endsWith('weight')) return u.map((value) => 1 + 0.1 * value)
  if (shape.length === 1) return u.map((value) => 0.1 * value)
  const fanIn = shape.slice(1).reduce((product, side) => product * side, 1)
  const scale = Math.sqrt(3 / fanIn) * (name.endsWith('linear_layer.weight') ? 0.5 : 1)
  return u.map((value) => scale * value)
}

/** A hash of the name and the place of each number, as numbers in [-1, 1). */
function noise(name: string, count: number): Float32Array<ArrayBuffer> {
  const seed = crc32(name)
  const values = new Float32Array(count)
  for (let index = 0; index < count; index++) {
    let h = (Math.imul(index, 0x9e3779b1) + seed) | 0
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
    h ^= h >>> 16
    values[index] = (h >>> 0) / 2 ** 31 - 1
  }
  return values
}

/** The largest difference between two rows of numbers; infinite if one is longer. */
export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) return Infinity
  let largest = 0
  for (let index = 0; index < a.length; index++) largest = Math.max(largest, Math.abs(a[index]! - b[index]!))
  return largest
}
