import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { outputExtension } from '../../core/photo/extensions'
import type { Engine } from '../engine/engine'
import type { FinishedJob } from './restoreQueue'

interface MixOptions {
  engine: Pick<Engine, 'mix'>
  /** Folder for files that live only as long as the app. */
  sessionFolder: string
}

/**
 * Gives `use` a file of a finished result at a strength in per cent that was chosen after it was made. A batch's own
 * file is used where it is no stronger than that; otherwise the result is mixed with the original into a temporary file
 * of the export format. What the viewer keeps without loss is encoded only here.
 */
export async function atStrength<T>(
  { source, purpose, settings, export: exportSettings, result }: FinishedJob,
  strength: number,
  { engine, sessionFolder }: MixOptions,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (purpose === 'batch' && strength >= settings.strength) return use(result.output)
  const folder = join(sessionFolder, randomUUID())
  try {
    const weight = settings.strength === 0 ? 0 : Math.min(strength / settings.strength, 1)
    const output = join(folder, `result${outputExtension(source, exportSettings.format)}`)
    return await use(
      await engine.mix({ source, result: result.output, weight, output, export: exportSettings }),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
