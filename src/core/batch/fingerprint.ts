import { createHash } from 'node:crypto'
import type { FileState } from '../../shared/photo'
import type { ExportSettings, RestoreSettings } from '../../shared/settings'

/** Everything that a result depends on. */
export interface Ingredients {
  source: string
  state: FileState
  /** SHA-256 of the model. */
  modelHash: string
  settings: RestoreSettings
  export: ExportSettings
  /** The planned path, before a number is added. */
  output: string
}

/** Returns a hash that is equal for jobs that would write the same thing to the same place, and for no others. */
export function fingerprintOf({
  source,
  state,
  modelHash,
  settings,
  export: exportSettings,
  output,
}: Ingredients): string {
  const tasks = Object.entries(settings.tasks).sort(([a], [b]) => (a < b ? -1 : 1))
  const { format, quality, depth, stripLocation } = exportSettings
  const parts = [
    [source, state.bytes, state.modified, output],
    [modelHash, tasks, settings.strength],
    [format, quality, depth, stripLocation],
  ]
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}
