import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { basename, join } from 'node:path'
import type { ExportSettings, RestoreSettings } from '../../core/batch/job'
import type { WorkerHost } from '../workers/host'
import type { EngineMethods } from './worker'

export interface FinishedResult {
  source: string
  output: string
  settings: RestoreSettings
  export: ExportSettings
}

/**
 * Use a finished result at a strength (per cent) that the user chose after it was made: the file itself where it is as
 * strong as that, else a mix with the original, which is gone afterwards.
 */
export async function atStrength<T>(
  { source, output, settings, export: exporting }: FinishedResult,
  strength: number,
  { engine, session }: { engine: WorkerHost<EngineMethods>; session: string },
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (strength >= settings.strength) return use(output)
  const folder = join(session, randomUUID())
  try {
    const weight = strength / settings.strength
    const path = join(folder, basename(output))
    return await use(
      await engine.call('mix', { source, result: output, weight, output: path, export: exporting }),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
