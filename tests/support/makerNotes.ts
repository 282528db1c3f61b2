/** An EXIF block as a Canon writes it, with maker notes of two fields; ExifTool writes none of its own. */
export function canonExif(): Buffer {
  const make = ascii('Canon')
  const firmware = ascii('Firmware Version 1.2.3')
  const owner = ascii('Zoe')
  const start = { ifd0: 8, exif: 64, notes: 96, values: 160 }
  const block = Buffer.alloc(start.values + make.length + firmware.length + owner.length)
  block.write('II*\0', 'latin1')
  block.writeUInt32LE(start.ifd0, 4)
  let at = start.values
  const put = (text: Buffer) => {
    text.copy(block, at)
    at += text.length
    return at - text.length
  }
  directory(start.ifd0, [
    [0x010f, 2, make.length, put(make)],
    [0x8769, 4, 1, start.exif],
  ])
  directory(start.exif, [[0x927c, 7, 30, start.notes]])
  directory(start.notes, [
    [0x0007, 2, firmware.length, put(firmware)],
    [0x0009, 2, owner.length, put(owner)],
  ])
  return block

  function directory(place: number, entries: [number, number, number, number][]): void {
    block.writeUInt16LE(entries.length, place)
    entries.forEach(([tag, type, count, value], index) => {
      const entry = place + 2 + index * 12
      block.writeUInt16LE(tag, entry)
      block.writeUInt16LE(type, entry + 2)
      block.writeUInt32LE(count, entry + 4)
      block.writeUInt32LE(value, entry + 8)
      // Four letters and fewer lie in the entry itself.
      if (type === 2 && count <= 4) block.copy(block, entry + 8, value, value + count)
    })
  }
}

/** A JPEG with an EXIF block of our own put in front. */
export function withExifBlock(jpeg: Buffer, exif: Buffer): Buffer {
  const head = Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0, 0])
  head.writeUInt16BE(exif.length + 8, 4)
  return Buffer.concat([head, Buffer.from('Exif\0\0', 'latin1'), exif, jpeg.subarray(2)])
}

function ascii(text: string): Buffer {
  return Buffer.from(`${text}\0`, 'latin1')
}
