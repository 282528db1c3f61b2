/** A JPEG with more pictures behind it and an index of all (MPF, by CIPA DC-007), as cameras and phones write. */
export function withPictures(photo: Buffer, others: Buffer[]): Buffer {
  const all = [photo, ...others]
  const entries = 16 * all.length
  const directory = { at: 8, entries: 3, bytes: 2 + 3 * 12 + 4 }
  const index = Buffer.alloc(directory.at + directory.bytes + entries)
  index.write('MM\0*', 'latin1')
  index.writeUInt32BE(directory.at, 4)
  index.writeUInt16BE(directory.entries, directory.at)
  const tag = (number: number, id: number, type: number, count: number) => {
    const at = directory.at + 2 + number * 12
    index.writeUInt16BE(id, at)
    index.writeUInt16BE(type, at + 2)
    index.writeUInt32BE(count, at + 4)
    return at + 8
  }
  index.write('0100', tag(0, 0xb000, 7, 4), 'latin1')
  index.writeUInt32BE(all.length, tag(1, 0xb001, 4, 1))
  index.writeUInt32BE(directory.at + directory.bytes, tag(2, 0xb002, 7, entries))

  const head = Buffer.from('\xff\xe2\0\0MPF\0', 'latin1')
  head.writeUInt16BE(index.length + 6, 2)
  // Places are counted from the start of the index, which lies behind the first two bytes of the photo and its own head.
  let place = photo.length + index.length - 2
  others.forEach((other, number) => {
    const at = directory.at + directory.bytes + 16 * (number + 1)
    index.writeUInt32BE(0x010002, at)
    index.writeUInt32BE(other.length, at + 4)
    index.writeUInt32BE(place, at + 8)
    place += other.length
  })
  const first = directory.at + directory.bytes
  index.writeUInt32BE(0x20030000, first)
  index.writeUInt32BE(photo.length + head.length + index.length, first + 4)
  return Buffer.concat([photo.subarray(0, 2), head, index, photo.subarray(2), ...others])
}
