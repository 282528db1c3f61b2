import { openImage } from '../photo/reading'

export interface Measures {
  /** Upright, in pixels. */
  width: number
  height: number
  /** Bits a channel. */
  depth: number
  /** libvips' name of the colour model, such as `srgb`, `b-w`, `cmyk`. */
  space: string
  /** libvips' name of the file format. */
  format: string
}

const bits: Record<string, number> = { uchar: 8, ushort: 16, float: 32 }

/** Reads what the head of a file says of its picture. Throws what sharp throws for files that are no picture. */
export async function measure(path: string): Promise<Measures> {
  const { autoOrient, depth, space, format } = await openImage(path).metadata()
  return { ...autoOrient, depth: bits[depth] ?? 8, space, format }
}
