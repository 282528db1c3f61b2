/** Addresses of the read-only photo protocol; it serves nothing but what was opened or restored in this session. */
export const photoAddress = {
  /** A small picture of an opened photo, upright, at most 320 px. */
  thumbnail: (id: string) => `photo://thumbnail/${encodeURIComponent(id)}`,
  /** The photo (or a result's `view`) as the browser can show it, at full size where it may be. */
  view: (id: string) => `photo://view/${encodeURIComponent(id)}`,
}
