/** Reduces settings to what a model can do, and compares them. Pure. */
import type { Model } from '../../shared/models'
import type { ExportSettings, RestoreSettings } from '../../shared/settings'

export interface JobSettings {
  readonly restore: RestoreSettings
  readonly export: ExportSettings
}

/** Settings for a model: without tasks that it does not know. */
export function followedBy(model: Model | undefined, settings: RestoreSettings): RestoreSettings {
  const isKnown = (id: string) => model?.tasks.some((task) => task.id === id) ?? true
  const tasks = Object.fromEntries(Object.entries(settings.tasks).filter(([id]) => isKnown(id)))
  return { ...settings, model: model?.id ?? settings.model, tasks }
}

export function areSame(a: JobSettings, b: JobSettings): boolean {
  return JSON.stringify(partsOf(a)) === JSON.stringify(partsOf(b))
}

function partsOf({ restore, export: exportSettings }: JobSettings) {
  const { model, tasks, strength } = restore
  const { format, quality, depth, stripLocation } = exportSettings
  return [model, inOrder(tasks), strength, format, quality, depth, stripLocation]
}

export function areSameTasks(a: RestoreSettings['tasks'], b: RestoreSettings['tasks']): boolean {
  return JSON.stringify(inOrder(a)) === JSON.stringify(inOrder(b))
}

const inOrder = (tasks: RestoreSettings['tasks']) =>
  Object.entries(tasks).sort(([a], [b]) => (a < b ? -1 : 1))
