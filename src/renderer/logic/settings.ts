/** Which settings are the same. Pure. */
import type { ExportSettings, RestoreSettings } from '../../shared/contract'

export interface JobSettings {
  readonly restore: RestoreSettings
  readonly export: ExportSettings
}

export function areSame(a: JobSettings, b: JobSettings): boolean {
  return JSON.stringify(partsOf(a)) === JSON.stringify(partsOf(b))
}

function partsOf({ restore, export: exporting }: JobSettings) {
  const { model, tasks, strength } = restore
  const { format, quality, depth, stripLocation } = exporting
  return [model, inOrder(tasks), strength, format, quality, depth, stripLocation]
}

export function areSameTasks(a: RestoreSettings['tasks'], b: RestoreSettings['tasks']): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))
}

const inOrder = (tasks: RestoreSettings['tasks']) =>
  Object.entries(tasks).sort(([a], [b]) => (a < b ? -1 : 1))
