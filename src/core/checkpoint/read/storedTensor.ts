import type { FileBytes } from './fileBytes'
import { unreadable } from './unreadable'

/** Types of stored numbers, and their sizes in bytes. */
export const itemSizes = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
  int64: 8,
  int32: 4,
  int16: 2,
  int8: 1,
  uint8: 1,
  bool: 1,
} as const

export type ItemType = keyof typeof itemSizes

/** A tensor that lies in a file: row by row (C order), little-endian. */
export interface StoredTensor {
  file: FileBytes
  type: ItemType
  shape: number[]
  /** Where its first number lies in the file, in bytes. */
  offset: number
}

/** Far beyond any tensor of a model that we build; more is a mistake or an attack. */
const mostDimensions = 8
const mostItems = 2 ** 25

/** How many numbers a shape holds. Throws `checkpoint-unreadable` where it is none that a tensor can have. */
export function itemsIn(shape: number[]): number {
  if (shape.length > mostDimensions) throw unreadable(`a tensor has ${shape.length} dimensions`)
  return shape.reduce((items, side) => {
    const product = items * side
    if (!Number.isSafeInteger(side) || side < 0 || !Number.isSafeInteger(product)) {
      throw unreadable(`a tensor has the shape ${shapeName(shape)}`)
    }
    return product
  }, 1)
}

/** "48x3x3x3"; "a number" for a shape without dimensions. */
export function shapeName(shape: number[]): string {
  return shape.length === 0 ? 'a number' : shape.join('x')
}

/** All its numbers, as float32. Throws `checkpoint-unreadable`. */
export async function readFloats({ file, type, shape, offset }: StoredTensor): Promise<Float32Array> {
  const items = itemsIn(shape)
  if (items > mostItems) throw unreadable(`a tensor is too large: ${shapeName(shape)}`)
  const bytes = await file.read(offset, items * itemSizes[type])
  switch (type) {
    case 'float32':
      return new Float32Array(bytes.buffer)
    case 'float16':
      return Float32Array.from(new Uint16Array(bytes.buffer), halfToFloat)
    case 'bfloat16':
      return floatsOfUpperHalves(new Uint16Array(bytes.buffer))
    default:
      throw unreadable(`its weights are ${type} where float32, float16 or bfloat16 is known`)
  }
}

/** The number that 16 bits mean in IEEE 754 half precision: 1 sign, 5 exponent, 10 fraction. */
function halfToFloat(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1
  const exponent = (bits >> 10) & 0x1f
  const fraction = bits & 0x3ff
  if (exponent === 0) return sign * fraction * 2 ** -24
  if (exponent === 0x1f) return fraction ? NaN : sign * Infinity
  return sign * (1 + fraction / 1024) * 2 ** (exponent - 15)
}

/** bfloat16 is the upper half of a float32. */
function floatsOfUpperHalves(halves: Uint16Array): Float32Array {
  return new Float32Array(Uint32Array.from(halves, (half) => half << 16).buffer)
}
