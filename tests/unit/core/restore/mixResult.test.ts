import { existsSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import sharp, { type Sharp } from 'sharp'
import { afterAll, describe, expect, it } from 'vitest'
import { mixResult } from '../../../../src/core/restore/mixResult'
import { Restorer } from '../../../../src/core/restore/restorer'
import type { Job } from '../../../../src/shared/job'
import { defaultExport, type ExportSettings } from '../../../../src/shared/settings'
import { expectFailure } from '../../../support/failures'
import { temporaryFolder } from '../../../support/folder'
import { modelFixtures } from '../../../support/models'
import { picture, samples, smooth } from '../../../support/photos'

const folder = temporaryFolder()
const restorer = new Restorer([modelFixtures])
afterAll(() => restorer.close())

const [width, height] = [150, 100]
const photo = (channels: 1 | 3 | 4) =>
  picture(smooth(width, height, channels), width, height, channels).withMetadata({ orientation: 6 })
const deepPhoto = () => picture(samples(width * height * 3, 16), width, height, 3)

interface Case {
  name: string
  make: () => Sharp
  wanted?: Partial<ExportSettings>
}

/** Each photo, and how it is exported. */
const cases: Case[] = [
  { name: 'photo.jpg', make: () => photo(3).jpeg() },
  { name: 'photo.png', make: () => deepPhoto().png() },
  { name: 'grey.tif', make: () => photo(1).tiff() },
  { name: 'alpha.webp', make: () => photo(4).webp() },
  { name: 'deepened.jpg', make: () => photo(3).jpeg(), wanted: { format: 'tiff', depth: '16' } },
  { name: 'flattened.png', make: () => photo(4).png(), wanted: { format: 'jpeg', quality: 80 } },
]

describe('what the viewer saves at a strength is, to the last byte, what a batch writes with it', () => {
  it.each(cases)('$name $wanted', async ({ name, make, wanted }) => {
    const source = folder(name)
    await make().toFile(source)
    const exportSettings = { ...defaultExport, ...wanted }
    const restored = async (purpose: Job['purpose'], strength: number, output: string) => {
      const settings = { model: 'brighten', tasks: {}, strength }
      const job = { source, output: folder(output), purpose, settings, export: exportSettings }
      return (await restorer.restore({ ...job, id: 'job', state: 'running', order: 1 })).output
    }

    const kept = await restored('photo', 100, `kept-${name}.png`)
    for (const strength of [0, 60, 100]) {
      const saved = await mixResult({
        source,
        result: kept,
        weight: strength / 100,
        output: folder(`saved-${strength}-${name}`),
        export: exportSettings,
      })
      const batch = await restored('batch', strength, `batch-${strength}-${name}`)
      expect(await sharp(saved).raw().toBuffer(), `at ${strength} %`).toEqual(
        await sharp(batch).raw().toBuffer(),
      )
      expect(await readFile(saved)).toEqual(await readFile(batch))
    }
  })

  it('is seen as the photo is: as large, turned alike, with its profile', async () => {
    const source = folder('turned.jpg')
    await photo(3).withIccProfile('p3').jpeg().toFile(source)
    const { output } = await restorer.restore({
      id: 'job',
      source,
      output: folder('turned.png'),
      purpose: 'photo',
      settings: { model: 'brighten', tasks: {}, strength: 100 },
      export: defaultExport,
      state: 'running',
      order: 1,
    })
    const [before, after] = await Promise.all([source, output].map((path) => sharp(path).metadata()))
    expect(after).toMatchObject({ format: 'png', orientation: 6, width, height })
    expect(after!.icc).toEqual(before!.icc)
  })
})

it('what would take more memory to pack than is allowed is not saved, and nothing is left of it', async () => {
  const source = folder('photo.png')
  await photo(3).png().toFile(source)
  const exportSettings = { ...defaultExport, format: 'avif' as const }
  const mix = {
    source,
    result: source,
    weight: 1,
    output: folder('out', 'saved.avif'),
    export: exportSettings,
  }
  const allowance = { memory: 20 * 3 * width * height - 1 }
  await expectFailure(mixResult({ ...mix, allowance }), 'image-too-large')
  expect(existsSync(folder('out'))).toBe(false)
})
