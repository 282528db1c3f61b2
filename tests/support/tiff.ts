/** A directory of a TIFF: a grey picture of one tone, what it tells, and the pictures below it (SubIFDs). */
export interface TiffPicture {
  width: number
  height: number
  tone: number
  /** By the number of the tag; more than three letters, for shorter ones would stand elsewhere. */
  texts?: Record<number, string>
  below?: TiffPicture[]
}

const [short, long] = [3, 4]
/** XMP is of bytes, IPTC is opaque, and other texts are ASCII. */
const types: Record<number, number> = { 700: 1, 33723: 7 }

/** A TIFF of one page with pictures below it, which neither libvips nor ImageMagick writes. */
export function tiffOf(page: TiffPicture): Buffer {
  const header = Buffer.from('II*\0\0\0\0\0', 'latin1')
  const parts: Buffer[] = [header]
  let end = header.length
  const append = (bytes: Buffer): number => {
    parts.push(bytes, Buffer.alloc(bytes.length % 2))
    const start = end
    end += bytes.length + (bytes.length % 2)
    return start
  }

  /** Appends what a directory points to, and then itself; returns where it stands. */
  function appendDirectory({ width, height, tone, texts = {}, below = [] }: TiffPicture): number {
    const entries: [tag: number, type: number, count: number, value: number][] = [
      [256, long, 1, width],
      [257, long, 1, height],
      [258, short, 1, 8],
      [259, short, 1, 1],
      [262, short, 1, 1],
      [273, long, 1, append(Buffer.alloc(width * height, tone))],
      [277, short, 1, 1],
      [278, long, 1, height],
      [279, long, 1, width * height],
    ]
    for (const [tag, text] of Object.entries(texts)) {
      const bytes = Buffer.from(text, 'latin1')
      entries.push([Number(tag), types[Number(tag)] ?? 2, bytes.length, append(bytes)])
    }
    const places = Buffer.alloc(4 * below.length)
    below.forEach((picture, index) => places.writeUInt32LE(appendDirectory(picture), 4 * index))
    if (below.length > 0) {
      entries.push([330, long, below.length, below.length === 1 ? places.readUInt32LE() : append(places)])
    }
    entries.sort(([a], [b]) => a - b)

    const bytes = Buffer.alloc(2 + 12 * entries.length + 4)
    bytes.writeUInt16LE(entries.length)
    entries.forEach(([tag, type, count, value], index) => {
      const at = 2 + 12 * index
      bytes.writeUInt16LE(tag, at)
      bytes.writeUInt16LE(type, at + 2)
      bytes.writeUInt32LE(count, at + 4)
      bytes.writeUInt32LE(value, at + 8)
    })
    return append(bytes)
  }

  header.writeUInt32LE(appendDirectory(page), 4)
  return Buffer.concat(parts)
}
