import sharp from 'sharp'
import { expect, it } from 'vitest'
import { defaultExport, type Job } from '../../../../src/core/batch/job'
import { mixResult } from '../../../../src/core/restore/mixResult'
import { Restorer } from '../../../../src/core/restore/restorer'
import { temporaryFolder } from '../support/folder'
import { networks } from '../support/networks'
import { picture, smooth } from '../support/photos'

const folder = temporaryFolder()

it('a result mixed down afterwards is the one that the strength would have given', async () => {
  const source = folder('photo.png')
  await picture(smooth(150, 100, 3), 150, 100, 3)
    .withMetadata({ orientation: 6 })
    .toFile(source)
  const restorer = new Restorer([networks])
  const restored = async (strength: number) => {
    const job: Job = {
      id: 'job',
      source,
      output: folder(`${strength}.png`),
      purpose: 'batch',
      settings: { model: 'brighten', tasks: {}, strength },
      export: defaultExport,
      state: 'running',
      order: 1,
    }
    return (await restorer.restore(job)).output
  }
  const [whole, part] = [await restored(100), await restored(40)]
  await restorer.close()

  const mixed = await mixResult({
    source,
    result: whole,
    weight: 0.4,
    output: folder('mixed.png'),
    export: defaultExport,
  })

  const [a, b] = await Promise.all([part, mixed].map((path) => sharp(path).raw().toBuffer()))
  expect(a!.length).toBe(150 * 100 * 3)
  // The whole result was rounded to 8 bits before it was mixed.
  expect(a!.reduce((most, value, at) => Math.max(most, Math.abs(value - b![at]!)), 0)).toBeLessThanOrEqual(1)
  expect((await sharp(mixed).metadata()).orientation).toBe(6)
})
