import { randomUUID } from 'node:crypto'
import { rm } from 'node:fs/promises'
import { basename, dirname, extname, join } from 'node:path'
import log from 'electron-log/main'
import { adjusted } from '../../core/batch/adjusted'
import type { Journal } from '../../core/batch/journal'
import { openLedger } from '../../core/batch/ledger'
import { planJobs } from '../../core/batch/plan'
import { type NewJob, Queue, type QueueChange } from '../../core/batch/queue'
import { lstatOf, statOf } from '../../core/files/state'
import { findModel } from '../../core/model/library'
import { defined } from '../../shared/defined'
import { PetrichorError } from '../../shared/errors'
import { isPending, type Job, type JobResult } from '../../shared/job'
import type { BatchAdded, Queue as QueueView, QueueItem } from '../../shared/queue'
import type { ExportSettings, PlacingSettings, RestoreSettings } from '../../shared/settings'
import type { Engine } from '../engine/engine'
import type { OpenedPhotos } from '../photos/openedPhotos'
import { emit } from '../window/window'
import { type Measure, Meter } from './meter'
import { announceEnd, showInTaskbar } from './notifications'

/** How often the window is sent the pace, in milliseconds. */
const paceInterval = 1000

/** The most jobs sent to the window in one event: it can still scroll while it takes them in. */
const sentAtOnce = 250

interface RestoreQueueOptions {
  engine: Pick<Engine, 'restore'>
  /** Folders with models. */
  libraries: string[]
  /** File in which results are recorded. */
  ledgerFile: string
  photos: OpenedPhotos
  journal: Journal
  /** Folder for the viewer's results, which live only as long as the app. */
  sessionFolder: string
  measure: Measure
}

/** A job that has a result, as far as the result is used. */
export type FinishedJob = Pick<Job, 'source' | 'purpose' | 'settings' | 'export'> & { result: JobResult }

/** The queue as the window sees it: core's queue, run by the engine, its changes sent to every window. */
export class RestoreQueue {
  /** Core's queue, for what needs nothing else; `adjust` and `remove` are called here. */
  readonly jobs: Queue
  private readonly meter: Meter
  private revision = 0
  private paceTimer: NodeJS.Timeout | undefined

  constructor(private readonly options: RestoreQueueOptions) {
    const { engine, journal, measure } = options
    this.meter = new Meter(measure)
    this.jobs = new Queue({
      journal,
      run: (job, signal, onProgress) => engine.restore(job, { signal, onProgress }),
      onChange: (change) => this.onChange(change),
      onProgress: (id, progress) => {
        this.meter.progress(id, progress)
        emit('queue.progress', { id, progress })
      },
      onWarning: (warning) => log.error('The end of a job could not be recorded:', warning),
    })
  }

  /** Goes on with what the journal holds. */
  start(): void {
    this.onChange({ changed: this.jobs.list(), removed: [] })
    this.jobs.start()
  }

  view(): QueueView {
    return {
      revision: this.revision,
      items: this.jobs.list().map((job) => this.itemOf(job)),
      paused: this.jobs.paused,
    }
  }

  /** Called when photos were opened: links them with jobs of theirs from earlier sessions. */
  linkPhotos(): void {
    const linked = this.jobs.list().filter(({ source }) => this.options.photos.idOf(source) !== undefined)
    if (linked.length > 0) this.onChange({ changed: linked, removed: [] })
  }

  /**
   * Adds a job for the viewer, ahead of all that wait; its output goes to the session's folder. Returns the job's id.
   */
  restorePhoto(photo: string, settings: RestoreSettings, exportSettings: ExportSettings): string {
    const { path } = this.options.photos.get(photo)
    const output = join(this.options.sessionFolder, randomUUID(), `${basename(path, extname(path))}.png`)
    const job = { source: path, output, purpose: 'photo' as const, settings, export: exportSettings }
    return this.jobs.add([job], 'first')[0]!.id
  }

  /** Adds a job for each photo, except for those that were restored so before or are queued already. */
  async addBatch(
    photos: string[],
    settings: RestoreSettings,
    exportSettings: ExportSettings,
    placing: PlacingSettings,
  ): Promise<BatchAdded> {
    const sources = photos.map((photo) => this.options.photos.get(photo))
    const { manifest } = await findModel(settings.model, this.options.libraries)
    const { jobs, skipped } = planJobs(
      sources,
      { settings, export: exportSettings, placing, model: manifest },
      { lstatOf, statOf, ledger: openLedger(this.options.ledgerFile) },
    )
    const pending = new Set(
      this.jobs.list().flatMap(({ state, fingerprint }) => (isPending(state) ? fingerprint : [])),
    )
    const isQueued = ({ fingerprint }: NewJob) => pending.has(fingerprint)
    const queued = jobs.filter(isQueued).map(({ source }) => ({ source, reason: 'queued' as const }))
    const added = this.jobs.add(jobs.filter((job) => !isQueued(job)))
    return {
      added: added.length,
      leftOut: [...skipped, ...queued].map(({ source, reason }) => ({
        photo: this.options.photos.idOf(source)!,
        reason,
      })),
    }
  }

  /** Takes ended jobs off the list. Files that a batch wrote stay; results kept for the viewer are deleted. */
  remove(ids: string[]): void {
    const kept = ids
      .map((id) => this.jobs.get(id))
      .flatMap((job) => (job?.purpose === 'photo' && job.result ? [dirname(job.result.output)] : []))
    this.jobs.remove(ids)
    for (const folder of kept) {
      // A folder that could not be deleted goes with the session's.
      rm(folder, { recursive: true, force: true }).catch((error: unknown) => log.warn(error))
    }
  }

  /**
   * Gives waiting, failed or cancelled jobs other settings. Returns the ids of those that were still in such a state.
   */
  async adjust(ids: string[], settings: RestoreSettings, exportSettings: ExportSettings): Promise<string[]> {
    const { manifest } = await findModel(settings.model, this.options.libraries)
    const adjustment = { settings, export: exportSettings, modelHash: manifest.sha256 }
    const jobs = this.jobs.adjust(ids, (job) => adjusted(job, adjustment, statOf(job.source)))
    return jobs.map(({ id }) => id)
  }

  /** A finished job. Throws `invalid-call` for any other id. */
  finished(id: string): FinishedJob {
    const job = this.jobs.get(id)
    if (job?.result) return { ...job, result: job.result }
    throw new PetrichorError('invalid-call', 'This photo has no result.', 'Restore it first.')
  }

  private onChange({ changed, removed }: QueueChange): void {
    this.sendChange(changed.slice(0, sentAtOnce), removed)
    for (let start = sentAtOnce; start < changed.length; start += sentAtOnce) {
      this.sendChange(changed.slice(start, start + sentAtOnce), [])
    }
    const wasBusy = this.meter.progressOfStretch().pending > 0
    this.meter.take({ changed, removed })
    const stretch = this.meter.progressOfStretch()
    if (stretch.pending > 0) this.startPace()
    else if (wasBusy) {
      this.stopPace()
      if (stretch.done + stretch.failed > 0) announceEnd(stretch)
    }
  }

  private sendChange(changed: Job[], removed: string[]): void {
    this.revision += 1
    emit('queue.changed', {
      revision: this.revision,
      changed: changed.map((job) => this.itemOf(job)),
      removed,
      paused: this.jobs.paused,
    })
  }

  private startPace(): void {
    this.paceTimer ??= setInterval(() => this.sendPace(), paceInterval)
    showInTaskbar(this.meter.progressOfStretch(), this.jobs.paused)
  }

  private sendPace(): void {
    emit('queue.pace', this.meter.pace() ?? null)
    showInTaskbar(this.meter.progressOfStretch(), this.jobs.paused)
  }

  private stopPace(): void {
    clearInterval(this.paceTimer)
    this.paceTimer = undefined
    emit('queue.pace', null)
    showInTaskbar(undefined, false)
  }

  private itemOf(job: Job): QueueItem {
    const { photos } = this.options
    return defined({
      job,
      photo: photos.idOf(job.source),
      view: job.result && photos.admitResult(job.result.output),
    })
  }
}
