import { expect, it, vi } from 'vitest'
import { heic } from '../../../../../src/core/photo/formats/heic'

// No HEIC so large lies about, and libheif would take minutes for one.
vi.mock('../../../../../src/core/photo/libheif', () => ({
  decodeHeic: () =>
    Promise.resolve({ ...huge, channels: 3, samples: new Uint8Array(huge.width * huge.height * 3) }),
}))
const huge = { width: 17_000, height: 16_000 }

it('a HEIC may have more pixels than sharp reads unless told: the limit is our own', async () => {
  expect(huge.width * huge.height).toBeGreaterThan(0x3fff * 0x3fff)
  expect(await (await heic.decode!('huge.heic')).metadata()).toMatchObject(huge)
})
