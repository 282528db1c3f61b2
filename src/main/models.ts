import { join } from 'node:path'
import { app } from 'electron'
import { listModels } from '../core/model/library'
import { resources } from './paths'
import type { Model } from '../shared/contract'

/** Folders with networks: those shipped with the app, then those that the user installed. */
export function modelLibraries(): string[] {
  return [resources('models'), installedLibrary()]
}

export function installedLibrary(): string {
  return join(app.getPath('userData'), 'models')
}

export async function describeModels(): Promise<Model[]> {
  const models = await listModels(modelLibraries())
  return models.map(({ folder, manifest, bytes }) => {
    const { id, name, version, architecture, experts, tasks, training, licence, quality } = manifest
    return {
      id,
      name,
      version,
      architecture,
      experts,
      tasks: tasks.map(({ id, label }) => ({ id, label })),
      bytes,
      training,
      licence,
      quality,
      removable: folder.startsWith(installedLibrary()),
    }
  })
}
