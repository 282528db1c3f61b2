import { readFile } from 'node:fs/promises'
import createHeif, { type Handle, type Libheif } from 'libheif-js/libheif-wasm/libheif-bundle.mjs'

/** Pixels of a HEIC file as samples of full range, interleaved. */
export interface HeicPixels {
  width: number
  height: number
  channels: 3 | 4
  /** The file holds no colour, and red, green and blue are equal. */
  isGrey: boolean
  samples: Uint8Array | Uint16Array
}

/**
 * Whether the main picture of a HEIC or an AVIF is stored without colour, by the head of the file: the pixels that
 * libvips decodes do not tell, for they always have three channels. Throws an Error with libheif's words.
 */
export async function isStoredGrey(path: string): Promise<boolean> {
  const { heif, handle } = await openHeif(path)
  return isGrey(heif, handle)
}

/**
 * Decodes the primary picture of a HEIC file, upright by its own transformations: RGB, or RGBA where it has
 * transparency, with 8 bits a channel, or 16 where it has more than 8. libvips' binaries come without HEVC; libheif as
 * WebAssembly has it. Its memory is freed with the instance, so each photo gets one of its own.
 *
 * Throws an Error with libheif's words for a file that it cannot decode.
 */
export async function decodeHeic(path: string): Promise<HeicPixels> {
  const { heif, handle } = await openHeif(path)
  const alpha = heif.heif_image_handle_has_alpha_channel(handle) !== 0
  const deep = heif._heif_image_handle_get_luma_bits_per_pixel(handle.$$.ptr) > 8
  const { heif_chroma: chroma, heif_colorspace: colourspace } = heif
  const layout = deep
    ? alpha
      ? chroma.heif_chroma_interleaved_RRGGBBAA_LE
      : chroma.heif_chroma_interleaved_RRGGBB_LE
    : alpha
      ? chroma.heif_chroma_interleaved_RGBA
      : chroma.heif_chroma_interleaved_RGB
  const image = heif.heif_js_decode_image2(handle, colourspace.heif_colorspace_RGB, layout)
  if ('code' in image) throw new Error(image.message)
  const [plane] = image.channels
  if (!plane) throw new Error('the picture has no channels')

  const channels = alpha ? 4 : 3
  const { width, height, stride, bits_per_pixel: bits } = plane
  const rowBytes = width * channels * (deep ? 2 : 1)
  const bytes = new Uint8Array(rowBytes * height)
  for (let row = 0; row < height; row++) {
    bytes.set(plane.data.subarray(row * stride, row * stride + rowBytes), row * rowBytes)
  }
  const shape = { width, height, channels, isGrey: isGrey(heif, handle) } as const
  if (!deep) return { ...shape, samples: bytes }
  const samples = new Uint16Array(bytes.buffer)
  const scale = 65535 / (2 ** bits - 1)
  for (let at = 0; at < samples.length; at++) samples[at] = samples[at]! * scale + 0.5
  return { ...shape, samples }
}

async function openHeif(path: string): Promise<{ heif: Libheif; handle: Handle }> {
  const heif = await createHeif({ print: () => undefined, printErr: () => undefined })
  const context = heif.heif_context_alloc()
  const { code, message } = heif.heif_context_read_from_memory(context, await readFile(path))
  if (code.value !== 0) throw new Error(message)
  const handle = heif.heif_js_context_get_primary_image_handle(context)
  if ('code' in handle) throw new Error(handle.message)
  return { heif, handle }
}

/**
 * Calls a function that has no wrapper for JavaScript: it needs memory for its error (three words) and its two answers.
 */
function isGrey(heif: Libheif, handle: Handle): boolean {
  const room = heif._malloc(5 * 4)
  const [error, space, chroma] = [room, room + 12, room + 16]
  heif._heif_image_handle_get_preferred_decoding_colorspace(error, handle.$$.ptr, space, chroma)
  const [code, found] = [heif.HEAP32[error / 4], heif.HEAP32[space / 4]]
  heif._free(room)
  return code === 0 && found === heif.heif_colorspace.heif_colorspace_monochrome.value
}
