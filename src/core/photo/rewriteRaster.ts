import { open } from 'node:fs/promises'
import { header, headerBytes, Raster } from './raster'

/** libvips' codes of a 16-bit sample and of the colour models that go with it. */
const ushort = { bits: 16, format: 2, grey: 26, rgb: 25 } as const
const bandRows = 256

/**
 * Write a raster of 8 bits a sample anew with 16, so that a result keeps finer steps than its photo had: 255 becomes
 * 65535, and what lies between keeps its share. What follows the pixels (profile, metadata) is kept.
 */
export async function deepenRaster(path: string, target: string): Promise<void> {
  const { shape } = await closedAfter(path)
  const { width, height, channels } = shape
  const rowSamples = width * channels
  const source = await open(path)
  const file = await open(target, 'w')
  try {
    const head = Buffer.alloc(headerBytes)
    await source.read(head, 0, headerBytes, 0)
    const littleEndian = head.readUInt32BE(0) === 0xb6a6f208
    const put = (value: number, at: number) =>
      littleEndian ? head.writeInt32LE(value, at) : head.writeInt32BE(value, at)
    put(ushort.bits, header.bits)
    put(ushort.format, header.format)
    put(channels < 3 ? ushort.grey : ushort.rgb, header.model)
    await file.writeFile(head)
    for (let top = 0; top < height; top += bandRows) {
      const bytes = Buffer.alloc(Math.min(bandRows, height - top) * rowSamples)
      await source.read(bytes, 0, bytes.length, headerBytes + top * rowSamples)
      await file.writeFile(new Uint8Array(Uint16Array.from(bytes, (value) => value * 257).buffer))
    }
    const end = headerBytes + height * rowSamples
    const tail = Buffer.alloc((await source.stat()).size - end)
    await source.read(tail, 0, tail.length, end)
    await file.writeFile(tail)
  } finally {
    await source.close()
    await file.close()
  }
}

/** Put a colour profile into the metadata that follows a raster's pixels. */
export async function attachProfile(path: string, profile: Buffer): Promise<void> {
  const { shape } = await closedAfter(path)
  const end = headerBytes + shape.height * shape.width * shape.channels * (shape.depth / 8)
  const file = await open(path, 'r+')
  try {
    const tail = Buffer.alloc((await file.stat()).size - end)
    await file.read(tail, 0, tail.length, end)
    const field = `<field type="VipsBlob" name="icc-profile-data">${profile.toString('base64')}</field>`
    const text = tail.toString('utf8').replace('</meta>', () => `${field}</meta>`)
    await file.write(text, end, 'utf8')
  } finally {
    await file.close()
  }
}

async function closedAfter(path: string): Promise<Raster> {
  const raster = await Raster.open(path)
  await raster.close()
  return raster
}
