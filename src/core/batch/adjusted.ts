import { extname } from 'node:path'
import type { FileState } from '../../shared/fileState'
import { outputExtension } from '../photo/formats'
import { fingerprintOf } from './fingerprint'
import type { ExportSettings, Job, RestoreSettings } from '../../shared/job'

export interface Adjustment {
  settings: RestoreSettings
  export: ExportSettings
  /** SHA-256 of the model that the settings name. */
  model: string
}

/**
 * A planned job with other settings. Its place and name stay; another format brings another extension, and then there is no
 * former result to replace.
 *
 * @param state of the source, through links; undefined where it is gone.
 */
export function adjusted(job: Job, { model, ...wishes }: Adjustment, state: FileState | undefined): Job {
  const output = withExtension(job.output, outputExtension(job.source, wishes.export.format))
  const ingredients = { source: job.source, model, ...wishes, output }
  return {
    ...job,
    ...wishes,
    output,
    fingerprint: state && fingerprintOf({ ...ingredients, state }),
    replaces: output === job.output ? job.replaces : undefined,
  }
}

function withExtension(path: string, extension: string): string {
  return path.slice(0, path.length - extname(path).length) + extension
}
