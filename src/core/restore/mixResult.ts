import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Allowance } from '../../shared/machine'
import type { ExportSettings } from '../../shared/settings'
import { withScratch } from '../files/temporary'
import { withDecoded } from '../photo/decode'
import { encodePhoto } from '../photo/encode'
import { isDeepened } from '../photo/encoding'
import type { Raster } from '../photo/raster'
import { limitsOf } from './allowance'
import { mixRows } from './blend'

export interface Mix {
  source: string
  /** A finished result of the source, of the same size. */
  result: string
  /** How much of the result is mixed into the source, 0..1. */
  weight: number
  output: string
  /** The kind of file that it becomes. */
  export: ExportSettings
  /** What of the machine may be used; what is left out is automatic. */
  allowance?: Partial<Allowance>
}

const bandRows = 256

/**
 * Writes a result at less than its strength, to the byte as the job would have written it: the same mix, format and
 * metadata, without running the model again. Returns the path. Throws what reading and writing photos throws.
 */
export function mixResult({
  source,
  result,
  weight,
  output,
  export: exportSettings,
  allowance = {},
}: Mix): Promise<string> {
  const limits = limitsOf(allowance)
  return withScratch(async (scratch) => {
    const [own, other] = [join(scratch, 'source'), join(scratch, 'result')]
    for (const folder of [own, other]) await mkdir(folder)
    return withDecoded(source, own, { limits, deep: isDeepened(exportSettings) }, async (photo) => {
      await withDecoded(result, other, { limits }, (restored) =>
        mixInto(photo.raster, restored.raster, weight),
      )
      return encodePhoto(photo, { source, target: output, scratch, exportSettings, limits })
    })
  })
}

async function mixInto(raster: Raster, restored: Raster, weight: number): Promise<void> {
  const { height } = raster.shape
  for (let top = 0; top < height; top += bandRows) {
    const rows = Math.min(bandRows, height - top)
    const original = await raster.readRows(top, rows)
    await raster.writeRows(top, rows, await restored.readRows(top, rows))
    if (weight < 1) await mixRows(raster, { top, rows }, original, weight)
  }
}
