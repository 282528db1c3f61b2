import { fileURLToPath } from 'node:url'
import sharp, { type Sharp } from 'sharp'

/** A file of tests/fixtures/photos. */
export function fixture(name: string): string {
  return fileURLToPath(new URL(`../fixtures/photos/${name}`, import.meta.url))
}

/** Samples that look like no other pixel's, the same every time. */
export function samples(
  count: number,
  depth: 8 | 16 = 8,
): Uint8Array<ArrayBuffer> | Uint16Array<ArrayBuffer> {
  const values = depth === 8 ? new Uint8Array(count) : new Uint16Array(count)
  let state = 12345
  for (let index = 0; index < count; index++) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    values[index] = state >>> 16
  }
  return values
}

/** A smooth picture, which lossy encoders do little harm to. */
export function smooth(width: number, height: number, channels: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length: width * height * channels }, (_, at) => {
    const [x, y] = [Math.floor(at / channels) % width, Math.floor(at / channels / width)]
    return 128 + 90 * Math.sin((x + 40 * (at % channels)) / 25) * Math.cos(y / 30)
  })
}

export function picture(
  pixels: Uint8Array | Uint16Array,
  width: number,
  height: number,
  channels: 1 | 2 | 3 | 4,
): Sharp {
  const deep = pixels instanceof Uint16Array
  const space = channels < 3 ? (deep ? 'grey16' : 'b-w') : deep ? 'rgb16' : 'srgb'
  return sharp(pixels, { raw: { width, height, channels } }).pipelineColourspace(space).toColourspace(space)
}

/** A small photo for tests that do not look at its pixels. */
export async function writePhoto(path: string, width = 40, height = 30): Promise<void> {
  await picture(smooth(width, height, 3), width, height, 3).toFile(path)
}
