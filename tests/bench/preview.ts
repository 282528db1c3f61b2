// How soon a changed setting is seen on a 50-megapixel photo: `node --import tsx tests/bench/preview.ts`. Prints for three
// settings, one after the other, the seconds until a part of 512 × 512 pixels is seen in haste, until it is as in the result,
// and until the part beside it is. The first line holds loading the model and decoding the photo too.

import { join } from 'node:path'
import sharp from 'sharp'
import { withScratch } from '../../src/core/files/temporary'
import { Restorer } from '../../src/core/restore/restorer'

const root = join(import.meta.dirname, '../..')
const exportSettings: Record<string, number>[] = [{ rain: 100 }, { rain: 60 }, {}]

await withScratch(async (scratch) => {
  const source = join(scratch, 'large.jpg')
  const sample = join(root, 'resources/samples/barn-in-rain.jpg')
  await sharp(sample).resize(8660, 5774, { fit: 'fill' }).jpeg({ quality: 92 }).toFile(source)
  const restorer = new Restorer([join(root, 'resources/models')])
  const preview = (tasks: Record<string, number>, left: number, quick: boolean) =>
    restorer.preview({
      source,
      settings: { model: 'petrichor-compact', tasks },
      region: { left, top: 2600, width: 512, height: 512 },
      quick,
    })
  for (const tasks of exportSettings) {
    const began = performance.now()
    const seconds = () => ((performance.now() - began) / 1000).toFixed(2)
    await preview(tasks, 4000, true)
    const quick = seconds()
    await preview(tasks, 4000, false)
    const resolved = seconds()
    await preview(tasks, 4512, false)
    console.log(
      `${JSON.stringify(tasks)}: hasty ${quick} s, settled ${resolved} s, the next part ${seconds()} s`,
    )
  }
  await restorer.close()
})
