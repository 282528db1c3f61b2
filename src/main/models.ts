import { join } from 'node:path'
import { app } from 'electron'
import { listModels } from '../core/model/library'
import type { Model } from '../shared/contract'

/** Folders with networks: those shipped with the app, then those that the user installed. */
export function modelLibraries(): string[] {
  const shipped = app.isPackaged ? process.resourcesPath : join(app.getAppPath(), 'resources')
  return [join(shipped, 'models'), join(app.getPath('userData'), 'models')]
}

export async function describeModels(): Promise<Model[]> {
  const models = await listModels(modelLibraries())
  return models.map(({ manifest: { id, name, version, tasks, licence, quality }, bytes }) => ({
    id,
    name,
    version,
    tasks: tasks.map(({ id, label }) => ({ id, label })),
    bytes,
    licence,
    quality,
  }))
}
