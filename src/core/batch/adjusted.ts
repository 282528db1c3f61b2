import { extname } from 'node:path'
import type { Job } from '../../shared/job'
import type { FileState } from '../../shared/photo'
import type { ExportSettings, RestoreSettings } from '../../shared/settings'
import { outputExtension } from '../photo/extensions'
import { fingerprintOf } from './fingerprint'

export interface Adjustment {
  settings: RestoreSettings
  export: ExportSettings
  /** SHA-256 of the model that the settings name. */
  modelHash: string
}

/**
 * Returns a planned job with other settings. Its place and name stay; another format brings another extension, and then
 * no earlier result is replaced.
 *
 * @param state of the source, links followed; undefined where it is gone.
 */
export function adjusted(job: Job, { modelHash, ...changes }: Adjustment, state: FileState | undefined): Job {
  const output = withExtension(job.output, outputExtension(job.source, changes.export.format))
  const ingredients = { source: job.source, modelHash, ...changes, output }
  return {
    ...job,
    ...changes,
    output,
    fingerprint: state && fingerprintOf({ ...ingredients, state }),
    replaces: output === job.output ? job.replaces : undefined,
  }
}

function withExtension(path: string, extension: string): string {
  return path.slice(0, path.length - extname(path).length) + extension
}
