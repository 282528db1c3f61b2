import { randomUUID } from 'node:crypto'
import { basename, join } from 'node:path'
import type { ExportSettings, Job, PlacingSettings } from '../../core/batch/job'
import type { Journal } from '../../core/batch/journal'
import { planOutputs } from '../../core/batch/plan'
import { Queue } from '../../core/batch/queue'
import { PetrichorError } from '../../core/errors'
import type { Queue as QueueView, QueueItem, RestoreSettings } from '../../shared/contract'
import type { EngineMethods } from '../engine/worker'
import type { OpenedPhotos } from '../photos/openedPhotos'
import { emit } from '../windows'
import type { WorkerHost } from '../workers/host'

interface RestoreQueueOptions {
  engine: WorkerHost<EngineMethods>
  /** Folders with networks. */
  libraries: string[]
  photos: OpenedPhotos
  journal: Journal
  /** Folder for results of the viewer; it goes with the session. */
  session: string
}

/** The queue as the window sees it: the core's queue, run by the engine process, told to every window. */
export class RestoreQueue {
  private readonly queue: Queue

  constructor(private readonly options: RestoreQueueOptions) {
    const { engine, libraries, journal } = options
    this.queue = new Queue({
      journal,
      run: (job, signal, onProgress) => engine.call('restore', { libraries, job }, { signal, onProgress }),
      onChange: () => emit('queue.changed', this.view()),
      onProgress: (id, progress) => emit('queue.progress', { id, progress }),
    })
  }

  /** Take up what the journal holds. */
  start(): void {
    this.queue.start()
  }

  view(): QueueView {
    return { items: this.queue.list().map((job) => this.itemOf(job)), paused: this.queue.paused }
  }

  /** Restore one photo for the viewer, ahead of what waits; its output is kept aside. Returns the job's id. */
  restorePhoto(photo: string, settings: RestoreSettings, exporting: ExportSettings): string {
    const { path } = this.options.photos.get(photo)
    const output = join(this.options.session, randomUUID(), basename(path))
    const job = { source: path, output, purpose: 'photo' as const, settings, export: exporting }
    return this.queue.add([job], 'first')[0]!.id
  }

  /** Restore photos to where results are to be placed. Returns the jobs' ids. */
  addBatch(
    photos: string[],
    settings: RestoreSettings,
    exporting: ExportSettings,
    placing: PlacingSettings,
  ): string[] {
    const sources = photos.map((photo) => this.options.photos.get(photo))
    const outputs = planOutputs(sources, placing)
    const jobs = sources.map(({ path }, index) => ({
      source: path,
      output: outputs[index]!,
      purpose: 'batch' as const,
      settings,
      export: exporting,
    }))
    return this.queue.add(jobs).map(({ id }) => id)
  }

  cancel(ids: string[]): void {
    this.queue.cancel(ids)
  }

  retry(ids: string[]): void {
    this.queue.retry(ids)
  }

  remove(ids: string[]): void {
    this.queue.remove(ids)
  }

  pause(): void {
    this.queue.pause()
  }

  resume(): void {
    this.queue.resume()
  }

  /** A finished job. Throws `invalid-call` for any other id. */
  finished(id: string): { source: string; output: string } {
    const job = this.queue.get(id)
    if (job?.result) return { source: job.source, output: job.result.output }
    throw new PetrichorError('invalid-call', 'This photo has no result.', 'Restore it first.')
  }

  private itemOf(job: Job): QueueItem {
    const { photos } = this.options
    const photo = photos.idOf(job.source)
    return {
      job,
      ...(photo && { photo }),
      ...(job.result && { view: photos.admitResult(job.result.output) }),
    }
  }
}
