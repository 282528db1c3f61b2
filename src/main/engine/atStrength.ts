import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { outputExtension } from '../../core/photo/extensions'
import type { Job, JobResult } from '../../shared/job'
import type { Allowance } from '../../shared/machine'
import type { WorkerHost } from '../workers/host'
import type { EngineMethods } from './worker'

export interface FinishedJob extends Pick<Job, 'source' | 'purpose' | 'settings' | 'export'> {
  result: JobResult
}

interface Means {
  engine: WorkerHost<EngineMethods>
  /** Folder for what goes with the session. */
  session: string
  allowance: Allowance
}

/**
 * Use a finished result at a strength (per cent) that the user chose after it was made, as a file of the kind that was
 * wished: a batch's own where it is as strong as that, else a mix with the original, which is gone afterwards. What the
 * viewer keeps without loss becomes such a file only here.
 */
export async function atStrength<T>(
  { source, purpose, settings, export: exportSettings, result }: FinishedJob,
  strength: number,
  { engine, session, allowance }: Means,
  use: (path: string) => Promise<T>,
): Promise<T> {
  if (purpose === 'batch' && strength >= settings.strength) return use(result.output)
  const folder = join(session, randomUUID())
  try {
    const weight = settings.strength === 0 ? 0 : Math.min(strength / settings.strength, 1)
    const path = join(folder, `result${outputExtension(source, exportSettings.format)}`)
    return await use(
      await engine.call('mix', {
        source,
        result: result.output,
        weight,
        output: path,
        export: exportSettings,
        allowance,
      }),
    )
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
