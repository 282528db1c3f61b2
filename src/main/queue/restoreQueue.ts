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
import { PetrichorError } from '../../shared/errors'
import { isPending, type Job } from '../../shared/job'
import type { Allowance } from '../../shared/machine'
import type { BatchAdded, Queue as QueueView, QueueItem } from '../../shared/queue'
import type { ExportSettings, PlacingSettings, RestoreSettings } from '../../shared/settings'
import type { FinishedJob } from '../engine/atStrength'
import type { EngineMethods } from '../engine/worker'
import type { OpenedPhotos } from '../photos/openedPhotos'
import { emit } from '../window/windows'
import type { WorkerHost } from '../workers/host'
import { type Measure, Meter } from './meter'
import { announceEnd, showInTaskbar } from './notifications'

/** How often the window is told the pace, in milliseconds. */
const paceInterval = 1000

/** A window that is told of so many jobs in one go can still scroll meanwhile. */
const toldAtOnce = 250

interface RestoreQueueOptions {
  engine: WorkerHost<EngineMethods>
  /** Folders with models. */
  libraries: string[]
  /** The file in which results are written down. */
  results: string
  /** What of the machine may be used at the moment. */
  allowance: () => Allowance
  photos: OpenedPhotos
  journal: Journal
  /** Folder for results of the viewer; it goes with the session. */
  session: string
  /** Finds out how large photos are. */
  measure: Measure
}

/** The queue as the window sees it: the core's queue, run by the engine process, told to every window. */
export class RestoreQueue {
  private readonly queue: Queue
  private readonly meter: Meter
  private revision = 0
  private paceTimer: NodeJS.Timeout | undefined

  constructor(private readonly options: RestoreQueueOptions) {
    const { engine, libraries, results, allowance, journal, measure } = options
    this.meter = new Meter(measure)
    this.queue = new Queue({
      journal,
      run: (job, signal, onProgress) =>
        engine.call('restore', { libraries, results, allowance: allowance(), job }, { signal, onProgress }),
      onChange: (change) => this.tell(change),
      onProgress: (id, progress) => {
        this.meter.progress(id, progress)
        emit('queue.progress', { id, progress })
      },
      onWarning: (trouble) => log.error('An end could not be written down:', trouble),
    })
  }

  /** Take up what the journal holds. */
  start(): void {
    this.tell({ changed: this.queue.list(), removed: [] })
    this.queue.start()
  }

  view(): QueueView {
    return {
      revision: this.revision,
      items: this.queue.list().map((job) => this.itemOf(job)),
      paused: this.queue.paused,
    }
  }

  /** Photos were opened; jobs that wait for them since an earlier session belong to them now. */
  linkPhotos(): void {
    const linked = this.queue.list().filter(({ source }) => this.options.photos.idOf(source) !== undefined)
    if (linked.length > 0) this.tell({ changed: linked, removed: [] })
  }

  /** Restore one photo for the viewer, ahead of what waits; its output is kept aside. Returns the job's id. */
  restorePhoto(photo: string, settings: RestoreSettings, exportSettings: ExportSettings): string {
    const { path } = this.options.photos.get(photo)
    const output = join(this.options.session, randomUUID(), `${basename(path, extname(path))}.png`)
    const job = { source: path, output, purpose: 'photo' as const, settings, export: exportSettings }
    return this.queue.add([job], 'first')[0]!.id
  }

  /** Restore photos to where results are to be placed, but for those that were before, or are about to be. */
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
      { lstatOf, statOf, ledger: openLedger(this.options.results) },
    )
    const pending = new Set(
      this.queue.list().flatMap(({ state, fingerprint }) => (isPending(state) ? fingerprint : [])),
    )
    const isQueued = ({ fingerprint }: NewJob) => pending.has(fingerprint)
    const queued = jobs.filter(isQueued).map(({ source }) => ({ source, reason: 'queued' as const }))
    const added = this.queue.add(jobs.filter((job) => !isQueued(job)))
    return {
      added: added.length,
      leftOut: [...skipped, ...queued].map(({ source, reason }) => ({
        photo: this.options.photos.idOf(source)!,
        reason,
      })),
    }
  }

  cancel(ids: string[]): void {
    this.queue.cancel(ids)
  }

  retry(ids: string[]): void {
    this.queue.retry(ids)
  }

  /** Take ended jobs off the list. What a batch wrote stays; what was kept for the viewer goes. */
  remove(ids: string[]): void {
    const kept = ids
      .map((id) => this.queue.get(id))
      .flatMap((job) => (job?.purpose === 'photo' && job.result ? [dirname(job.result.output)] : []))
    this.queue.remove(ids)
    for (const folder of kept) {
      // What stays behind goes with the session.
      rm(folder, { recursive: true, force: true }).catch((error: unknown) => log.warn(error))
    }
  }

  move(ids: string[], before: string | null): void {
    this.queue.move(ids, before)
  }

  /** Give jobs that have not begun, or are to be tried again, other settings. Returns the ids of those that still were. */
  async adjust(ids: string[], settings: RestoreSettings, exportSettings: ExportSettings): Promise<string[]> {
    const { manifest } = await findModel(settings.model, this.options.libraries)
    const adjustment = { settings, export: exportSettings, model: manifest.sha256 }
    const jobs = this.queue.adjust(ids, (job) => adjusted(job, adjustment, statOf(job.source)))
    return jobs.map(({ id }) => id)
  }

  pause(): void {
    this.queue.pause()
  }

  resume(): void {
    this.queue.resume()
  }

  /** A finished job. Throws `invalid-call` for any other id. */
  finished(id: string): FinishedJob {
    const job = this.queue.get(id)
    if (job?.result) {
      const { source, purpose, settings, export: exportSettings, result } = job
      return { source, purpose, settings, export: exportSettings, result }
    }
    throw new PetrichorError('invalid-call', 'This photo has no result.', 'Restore it first.')
  }

  private tell({ changed, removed }: QueueChange): void {
    this.tellWindows(changed.slice(0, toldAtOnce), removed)
    for (let start = toldAtOnce; start < changed.length; start += toldAtOnce) {
      this.tellWindows(changed.slice(start, start + toldAtOnce), [])
    }
    const wasBusy = this.meter.progressOfStretch().pending > 0
    this.meter.take({ changed, removed })
    const stretch = this.meter.progressOfStretch()
    if (stretch.pending > 0) this.keepPace()
    else if (wasBusy) {
      this.losePace()
      if (stretch.done + stretch.failed > 0) announceEnd(stretch)
    }
  }

  private tellWindows(changed: Job[], removed: string[]): void {
    this.revision += 1
    emit('queue.changed', {
      revision: this.revision,
      changed: changed.map((job) => this.itemOf(job)),
      removed,
      paused: this.queue.paused,
    })
  }

  private keepPace(): void {
    this.paceTimer ??= setInterval(() => this.tellPace(), paceInterval)
    showInTaskbar(this.meter.progressOfStretch(), this.queue.paused)
  }

  private tellPace(): void {
    emit('queue.pace', this.meter.pace() ?? null)
    showInTaskbar(this.meter.progressOfStretch(), this.queue.paused)
  }

  private losePace(): void {
    clearInterval(this.paceTimer)
    this.paceTimer = undefined
    emit('queue.pace', null)
    showInTaskbar(undefined, false)
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
