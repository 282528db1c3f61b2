/** Colours as a person sees them, by published formulas: nothing here is of the libraries that read and write photos. */
import { pixelsOf, tagsOf } from './readers'

export type Lab = readonly [lightness: number, a: number, b: number]
type Primaries = readonly (readonly number[])[]

/** The white of all profiles, D50. */
const white = [0.9642, 1, 0.8249]

/** Where red, green and blue of sRGB lie, in XYZ under that white. */
const srgb: Primaries = [
  [0.43607, 0.22249, 0.01392],
  [0.38515, 0.71687, 0.09708],
  [0.14307, 0.06061, 0.7141],
]

/**
 * The pixels of a photo in CIELAB, by the primaries of the profile that is embedded in it, else by those of sRGB. Tones
 * are taken to follow the curve of sRGB, as they do in Display P3 too.
 */
export function labOf(path: string): Lab[] {
  const pixels = new Uint16Array(new Uint8Array(pixelsOf(path)).buffer)
  const primaries = primariesOf(path)
  return Array.from({ length: pixels.length / 4 }, (_, pixel) => {
    const light = [0, 1, 2].map((channel) => linear(pixels[pixel * 4 + channel]! / 65535))
    const [x, y, z] = white.map((most, axis) =>
      perceived(primaries.reduce((sum, primary, at) => sum + primary[axis]! * light[at]!, 0) / most),
    ) as [number, number, number]
    return [116 * y - 16, 500 * (x - y), 200 * (y - z)]
  })
}

function primariesOf(path: string): Primaries {
  const tags = tagsOf(path)
  const columns = ['Red', 'Green', 'Blue'].map((name) => tags[`ICC_Profile:${name}MatrixColumn`])
  if (columns.every((column) => column === undefined)) return srgb
  return columns.map((column) => String(column).split(' ').map(Number))
}

/** Light of a value, both 0..1. */
const linear = (value: number) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4)

const perceived = (share: number) =>
  share > 216 / 24389 ? Math.cbrt(share) : ((24389 / 27) * share + 16) / 116

/** How different two colours look, CIEDE2000 (Sharma, Wu and Dalal, 2005); 1 can just be seen side by side. */
export function deltaE2000([l1, a1, b1]: Lab, [l2, a2, b2]: Lab): number {
  const radians = Math.PI / 180
  const damping = (chroma: number) => Math.sqrt(chroma ** 7 / (chroma ** 7 + 25 ** 7))
  const stretch = 1 + 0.5 * (1 - damping((Math.hypot(a1, b1) + Math.hypot(a2, b2)) / 2))
  const [c1, c2] = [Math.hypot(a1 * stretch, b1), Math.hypot(a2 * stretch, b2)]
  const hue = (a: number, b: number) => (a === 0 && b === 0 ? 0 : (Math.atan2(b, a) / radians + 360) % 360)
  const [h1, h2] = [hue(a1 * stretch, b1), hue(a2 * stretch, b2)]

  const isGrey = c1 * c2 === 0
  const turn = isGrey ? 0 : ((h2 - h1 + 540) % 360) - 180
  const round = Math.abs(h1 - h2) > 180 ? (h1 + h2 < 360 ? 360 : -360) : 0
  const h = isGrey ? h1 + h2 : (h1 + h2 + round) / 2
  const [l, c] = [(l1 + l2) / 2, (c1 + c2) / 2]
  const cosine = (times: number, shift: number) => Math.cos((times * h + shift) * radians)
  const weight = 1 - 0.17 * cosine(1, -30) + 0.24 * cosine(2, 0) + 0.32 * cosine(3, 6) - 0.2 * cosine(4, -63)

  const lightness = (l2 - l1) / (1 + (0.015 * (l - 50) ** 2) / Math.sqrt(20 + (l - 50) ** 2))
  const chroma = (c2 - c1) / (1 + 0.045 * c)
  const tint = (2 * Math.sqrt(c1 * c2) * Math.sin((turn / 2) * radians)) / (1 + 0.015 * c * weight)
  const rotation = -2 * damping(c) * Math.sin(60 * Math.exp(-(((h - 275) / 25) ** 2)) * radians)
  return Math.sqrt(lightness ** 2 + chroma ** 2 + tint ** 2 + rotation * chroma * tint)
}
