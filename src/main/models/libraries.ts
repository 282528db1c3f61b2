import { join } from 'node:path'
import { app } from 'electron'
import { listModels } from '../../core/model/library'
import { type Model, noLicence, type Speed } from '../../shared/models'
import { resources } from '../paths'

/** Folders with models: those shipped with the app, then those that the user installed. */
export function modelLibraries(): string[] {
  return [resources('models'), installedLibrary()]
}

export function installedLibrary(): string {
  return join(app.getPath('userData'), 'models')
}

/** speeds: those that were measured, by the models' checksums. */
export async function describeModels(speeds: Record<string, Speed>): Promise<Model[]> {
  const models = await listModels(modelLibraries())
  return models.map(({ folder, manifest, bytes }) => {
    const { id, name, version, architecture, experts, tasks, training, licence } = manifest
    const { imported, quality, sha256 } = manifest
    const speed = speeds[sha256]
    return {
      id,
      name,
      version,
      architecture,
      experts,
      tasks: tasks.map(({ id, label }) => ({ id, label })),
      bytes,
      training,
      ...(imported && { imported }),
      licence: licence === noLicence ? '' : licence,
      quality,
      removable: folder.startsWith(installedLibrary()),
      ...(speed && { speed }),
    }
  })
}
