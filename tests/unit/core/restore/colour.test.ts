import { copyFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { Restorer } from '../../../../src/core/restore/restorer'
import { defaultExport, defaultSettings, type ExportSettings } from '../../../../src/shared/settings'
import { deltaE2000, type Lab, labOf } from '../../../support/colour'
import { temporaryFolder } from '../../../support/folder'
import { fixture } from '../../../support/photos'
import { haveReaders, layoutOf, profileOf, writeTags } from '../../../support/readers'

const folder = temporaryFolder()
const restorer = new Restorer([fileURLToPath(new URL('../../../../resources/models', import.meta.url))])
afterAll(() => restorer.close())

/** By the bundled model, as it comes, to a file in the photo's own format or another. */
async function restored(source: string, format: ExportSettings['format'] = 'source'): Promise<string> {
  const result = await restorer.restore({
    id: 'job',
    source,
    output: folder('out', format === 'source' ? basename(source) : `result.${format}`),
    purpose: 'batch',
    settings: defaultSettings,
    export: { ...defaultExport, format },
    state: 'running',
    order: 1,
  })
  return result.output
}

function meanDifference(a: string, b: string): number {
  const [before, after] = [labOf(a), labOf(b)]
  expect(after.length).toBe(before.length)
  return before.reduce((sum, colour, at) => sum + deltaE2000(colour, after[at]!), 0) / before.length
}

describe.skipIf(!haveReaders)('the colours of a photo', () => {
  it.each([
    ['of sRGB', 'statue-turned.jpg'],
    ['of a wide gamut', 'parrots-wide.jpg'],
  ])('%s stay where nothing is wrong: at most 1 dE2000 on average', async (_, name) => {
    const output = await restored(fixture(name))
    const difference = meanDifference(fixture(name), output)
    expect(difference).toBeGreaterThan(0)
    expect(difference).toBeLessThan(1)
    expect(profileOf(output).equals(profileOf(fixture(name)))).toBe(true)
  })

  it('change where rain was', async () => {
    const rain = fixture('barn-rain.png')
    expect(meanDifference(rain, await restored(rain))).toBeGreaterThan(2)
  })

  it('would be seen to shift if a wide-gamut profile were lost', () => {
    copyFileSync(fixture('parrots-wide.jpg'), folder('bare.jpg'))
    expect(profileOf(folder('bare.jpg')).length).toBeGreaterThan(400)
    writeTags(folder('bare.jpg'), ['-ICC_Profile='])
    expect(meanDifference(fixture('parrots-wide.jpg'), folder('bare.jpg'))).toBeGreaterThan(1)
  })
})

describe.skipIf(!haveReaders)('a photo without colour', () => {
  it.each([
    ['AVIF', '8 gray', 'grey.avif'],
    ['AVIF with transparency', '8 graya', 'grey-alpha.avif'],
    ['HEIC', '8 gray', 'grey.heic'],
    ['HEIC with transparency', '8 graya', 'grey-alpha.heic'],
  ])('is shown to the model as such, and gets none: %s', async (_, layout, name) => {
    const output = await restored(fixture(name), 'png')
    expect(layoutOf(output)).toBe(layout)
    expect(meanDifference(fixture(name), output)).toBeGreaterThan(0)
  })

  it('has three equal channels as AVIF, where libvips writes no fewer', async () => {
    const output = await restored(fixture('grey.avif'))
    // ImageMagick rounds the three channels of an AVIF in ways of its own.
    const [red, green, blue] = await Promise.all(([0, 1, 2] as const).map((channel) => sharp(output).extractChannel(channel).raw().toBuffer())) // prettier-ignore
    expect(green!.equals(red!)).toBe(true)
    expect(blue!.equals(red!)).toBe(true)
  })
})

describe('CIEDE2000', () => {
  // Of the test data that its authors published with it.
  it.each<[Lab, Lab, number]>([
    [[50, 2.6772, -79.7751], [50, 0, -82.7485], 2.0425],
    [[50, 0, 0], [50, -1, 2], 2.3669],
    [[50, 2.49, -0.001], [50, -2.49, 0.0009], 7.1792],
    [[50, 2.49, -0.001], [50, -2.49, 0.0011], 7.2195],
    [[50, 2.5, 0], [50, 0, -2.5], 4.3065],
    [[50, 2.5, 0], [73, 25, -18], 27.1492],
    [[60.2574, -34.0099, 36.2677], [60.4626, -34.1751, 39.4387], 1.2644],
    [[2.0776, 0.0795, -1.135], [0.9033, -0.0636, -0.5514], 0.9082],
  ])('of %j and %j is %d', (a, b, expected) => {
    expect(deltaE2000(a, b)).toBeCloseTo(expected, 4)
  })
})
