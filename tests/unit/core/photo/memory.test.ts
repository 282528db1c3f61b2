import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../support/folder'

const folder = temporaryFolder()
const script = fileURLToPath(new URL('memoryOf.ts', import.meta.url))

it.each(['tif', 'png', 'jpg'])(
  'reading and writing a photo of 100 megapixels takes far less memory than its pixels: %s',
  { timeout: 120_000 },
  async (extension) => {
    const [width, height] = [10_000, 10_000]
    const source = folder(`photo.${extension}`)
    await sharp({ create: { width, height, channels: 3, background: '#567' } }).toFile(source)
    const args = ['--import', 'tsx', script, source, folder(`result.${extension}`)]
    expect(Number(execFileSync(process.execPath, args))).toBeLessThan((width * height * 3) / 2)
  },
)

// Encoders of these hold the whole photo, which `limits.ts` counts before anything is restored.
it.each([
  ['webp', 36],
  ['avif', 60],
])(
  'writing a photo takes no more memory than is counted on: %s, %d bytes a pixel',
  { timeout: 120_000 },
  async (extension, counted) => {
    const [width, height] = [3000, 2000]
    const source = folder('photo.tif')
    await sharp({ create: { width, height, channels: 3, background: '#567' } }).toFile(source)
    const args = ['--import', 'tsx', script, source, folder(`result.${extension}`)]
    const held = Number(execFileSync(process.execPath, args))
    expect(held).toBeGreaterThan(width * height * 3)
    expect(held).toBeLessThan(width * height * counted)
  },
)
