import { randomUUID } from 'node:crypto'
import { basename, extname } from 'node:path'
import type { JsonRecord } from '../../core/files/jsonRecord'
import { findModel, type InstalledModel, listModels } from '../../core/model/library'
import { defined } from '../../shared/defined'
import { PetrichorError } from '../../shared/errors'
import { type Importable, type ImportRequest, type Model, noLicence, type Speed } from '../../shared/models'
import type { Verdict } from '../../shared/providers'
import type { Engine } from '../engine/engine'
import { installedLibrary, modelLibraries } from '../paths'
import { emit } from '../window/window'
import { WorkerHost } from '../workers/host'
import type { TrialFiles } from '../workers/providerTrials'
import type { ModelMethods } from './worker'

interface ModelsOptions {
  engine: Engine
  trialFiles: TrialFiles
  /** Speeds as they were last measured here, by the checksums of the models' weights. */
  speeds: JsonRecord<Speed>
}

/** Lists, imports, removes and measures models, in a process of its own that is started when it is first needed. */
export class Models {
  private readonly worker = new WorkerHost<ModelMethods>({ name: 'models' })
  /** Files that were inspected, by their tickets: the window imports by ticket, never by path. */
  private readonly inspected = new Map<string, string>()
  private importing: AbortController | undefined

  constructor(private readonly options: ModelsOptions) {}

  /** All that are installed. */
  async list(): Promise<Model[]> {
    const speeds = await this.options.speeds.read()
    const models = await listModels(modelLibraries())
    return models.map((model) => describe(model, speeds[model.manifest.sha256]))
  }

  /** Says what model is in a file or folder. Throws what reading a checkpoint throws. */
  async inspect(path: string): Promise<Importable> {
    const found = await this.worker.call('inspect', { path })
    const ticket = randomUUID()
    this.inspected.set(ticket, path)
    return { name: basename(path, extname(path)), ...found, ticket, file: basename(path) }
  }

  /** Imports what was inspected; one at a time. Throws what importing throws, and `cancelled`. */
  async import({ ticket, ...settings }: ImportRequest): Promise<Model> {
    const path = this.inspected.get(ticket)
    if (path === undefined || this.importing) {
      throw new PetrichorError('invalid-call', 'This file was not looked at.', 'Choose it again.')
    }
    this.importing = new AbortController()
    try {
      const library = installedLibrary()
      const id = await this.worker.call(
        'import',
        { path, library, otherLibraries: modelLibraries(), ...settings },
        { signal: this.importing.signal, onProgress: (progress) => emit('models.importing', progress) },
      )
      this.inspected.delete(ticket)
      return (await this.list()).find((model) => model.id === id)!
    } finally {
      this.importing = undefined
    }
  }

  cancelImport(): void {
    this.importing?.abort(new PetrichorError('cancelled', 'The import was cancelled.', 'Start it again.'))
  }

  /** Removes an imported model. Throws `model-not-found` also for those that came with Petrichor. */
  async remove(id: string): Promise<void> {
    await this.worker.call('remove', { id, library: installedLibrary() })
    await this.options.engine.forget()
  }

  /** Says what can run a model; each provider is tried unless it was before. */
  providers(id: string): Promise<Verdict[]> {
    const { trialFiles } = this.options
    return this.worker.call('providers', { libraries: modelLibraries(), id, trialFiles })
  }

  /** Measures how fast a model is on this machine, and keeps that. */
  async speed(id: string): Promise<Speed> {
    const { trialFiles, speeds } = this.options
    const libraries = modelLibraries()
    const speed = await this.worker.call('speed', { libraries, id, trialFiles })
    // By the checksum of the weights: another model may get the same id later.
    await speeds.set((await findModel(id, libraries)).manifest.sha256, speed)
    return speed
  }

  stop(): void {
    this.worker.stop()
  }
}

function describe({ folder, manifest, bytes }: InstalledModel, speed: Speed | undefined): Model {
  const { id, name, version, architecture, experts, tasks, training, licence, imported, quality } = manifest
  return defined({
    id,
    name,
    version,
    architecture,
    experts,
    tasks: tasks.map(({ id, label }) => ({ id, label })),
    bytes,
    training,
    imported,
    licence: licence === noLicence ? '' : licence,
    commercial: manifest.commercial,
    quality,
    removable: folder.startsWith(installedLibrary()),
    speed,
  })
}
