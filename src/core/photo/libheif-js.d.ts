/** The parts of libheif-js that are used. Its own types describe all of libheif, but not this way of loading it. */
declare module 'libheif-js/libheif-wasm/libheif-bundle.mjs' {
  interface Failure {
    code: { value: number }
    message: string
  }
  export interface Handle {
    $$: { ptr: number }
  }
  interface Channel {
    width: number
    height: number
    /** Bytes from one row to the next. */
    stride: number
    bits_per_pixel: number
    data: Uint8Array
  }
  type Chroma =
    | 'heif_chroma_interleaved_RGB'
    | 'heif_chroma_interleaved_RGBA'
    | 'heif_chroma_interleaved_RRGGBB_LE'
    | 'heif_chroma_interleaved_RRGGBBAA_LE'
  export interface Libheif {
    heif_chroma: Record<Chroma, object>
    heif_colorspace: Record<'heif_colorspace_RGB' | 'heif_colorspace_monochrome', { value: number }>
    heif_context_alloc(): object
    heif_context_read_from_memory(context: object, file: Uint8Array): Failure
    heif_js_context_get_primary_image_handle(context: object): Handle | Failure
    heif_image_handle_has_alpha_channel(handle: Handle): number
    _heif_image_handle_get_luma_bits_per_pixel(pointer: number): number
    _heif_image_handle_get_preferred_decoding_colorspace(
      error: number,
      handle: number,
      colourspace: number,
      chroma: number,
    ): void
    heif_js_decode_image2(
      handle: Handle,
      colourspace: object,
      chroma: object,
    ): { channels: Channel[] } | Failure
    _malloc(bytes: number): number
    _free(pointer: number): void
    /** The memory, in words of 32 bits. */
    HEAP32: Int32Array
  }
  export default function createHeif(options: {
    print: (text: string) => void
    printErr: (text: string) => void
  }): Promise<Libheif>
}
