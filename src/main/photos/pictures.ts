/** What the photo protocol serves. */
export interface Picture {
  bytes: Uint8Array<ArrayBuffer>
  mimeType: string
}
