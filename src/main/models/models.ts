import { randomUUID } from 'node:crypto'
import { basename, extname } from 'node:path'
import { findModel } from '../../core/model/library'
import { PetrichorError } from '../../shared/errors'
import type { Importable, ImportRequest, Model, Speed } from '../../shared/models'
import type { Verdict } from '../../shared/providers'
import type { EngineMethods } from '../engine/worker'
import { modelsWorkerFile } from '../paths'
import { emit } from '../window/windows'
import { WorkerHost } from '../workers/host'
import { describeModels, installedLibrary, modelLibraries } from './libraries'
import type { Speeds } from './speeds'
import type { ModelMethods } from './worker'

/** Imports and removes models, in a process of its own that is started when it is first needed. */
export class Models {
  private readonly worker: WorkerHost<ModelMethods>
  /** Files that were looked at, by their tickets: the window imports by ticket, never by path. */
  private readonly looked = new Map<string, string>()
  private importing: AbortController | undefined

  /** verdicts: the file in which verdicts on execution providers are kept. */
  constructor(
    private readonly engine: WorkerHost<EngineMethods>,
    verdicts: string,
    private readonly speeds: Speeds,
  ) {
    this.worker = new WorkerHost<ModelMethods>({
      file: modelsWorkerFile(),
      name: 'models',
      env: { PETRICHOR_VERDICTS: verdicts },
    })
  }

  /** All that are installed. */
  async list(): Promise<Model[]> {
    return describeModels(await this.speeds.all())
  }

  /** Say what model is in a file or folder. Throws what reading a checkpoint throws. */
  async inspect(path: string): Promise<Importable> {
    const found = await this.worker.call('inspect', { path })
    const ticket = randomUUID()
    this.looked.set(ticket, path)
    return { name: basename(path, extname(path)), ...found, ticket, file: basename(path) }
  }

  /** Import what was looked at; one at a time. Throws what importing throws, and `cancelled`. */
  async import({ ticket, ...settings }: ImportRequest): Promise<Model> {
    const path = this.looked.get(ticket)
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
      this.looked.delete(ticket)
      return (await this.list()).find((model) => model.id === id)!
    } finally {
      this.importing = undefined
    }
  }

  cancelImport(): void {
    this.importing?.abort(new PetrichorError('cancelled', 'The import was cancelled.', 'Start it again.'))
  }

  /** Remove an imported model. Throws `model-not-found` also for those that came with Petrichor. */
  async remove(id: string): Promise<void> {
    await this.worker.call('remove', { id, library: installedLibrary() })
    // Another model may take its name.
    await this.engine.call('forget', undefined)
  }

  /** What can run a model: each provider is tried unless it was before. */
  providers(id: string): Promise<Verdict[]> {
    return this.worker.call('providers', { libraries: modelLibraries(), id })
  }

  /** Measure how fast a model is here, and keep that. */
  async speed(id: string): Promise<Speed> {
    const libraries = modelLibraries()
    const speed = await this.worker.call('speed', { libraries, id })
    await this.speeds.keep((await findModel(id, libraries)).manifest.sha256, speed)
    return speed
  }

  stop(): void {
    this.worker.stop()
  }
}
