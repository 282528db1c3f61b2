import type { Mix } from '../../core/restore/mixResult'
import type { PreviewRequest, PreviewResult } from '../../core/restore/restorer'
import { PetrichorError } from '../../shared/errors'
import type { Job, JobResult } from '../../shared/job'
import type { Allowance, EngineStatus } from '../../shared/machine'
import { temporaryFilesIn } from '../sessionFolder'
import { type CallOptions, type Life, WorkerHost } from '../workers/host'
import type { TrialFiles } from '../workers/providerTrials'
import type { EngineContext, EngineMethods } from './worker'

interface EngineOptions {
  /** Folders with models. */
  libraries: string[]
  /** File in which results are recorded. */
  ledgerFile: string
  trialFiles: TrialFiles
  /** Folder for temporary files. */
  sessionFolder: string
  /** How much of the machine may be used now. */
  allowance: () => Allowance
  onStatus: (status: EngineStatus) => void
}

/** The process that restores photos. It is told with each call what models there are and what it may use. */
export class Engine {
  /** Whether the process runs, or why it does not. */
  status: EngineStatus = { state: 'starting' }
  private readonly worker: WorkerHost<EngineMethods>
  private previewing: AbortController | undefined

  constructor(private readonly options: EngineOptions) {
    this.worker = new WorkerHost<EngineMethods>({
      name: 'engine',
      env: temporaryFilesIn(options.sessionFolder),
      onLife: (life) => this.onLife(life),
    })
  }

  /** Does a job of the queue. Throws what `Restorer.restore` throws, and `engine-stopped`. */
  restore(job: Job, options: CallOptions<EngineMethods['restore']['progress']>): Promise<JobResult> {
    return this.worker.call('restore', { context: this.context(), job }, options)
  }

  /**
   * Restores a part of a photo for the screen. Only the last request counts: a new one cancels the one before, which
   * then throws `cancelled`. Throws what `Restorer.preview` throws too.
   */
  preview(request: PreviewRequest): Promise<PreviewResult> {
    this.cancelPreview()
    this.previewing = new AbortController()
    const { signal } = this.previewing
    return this.worker.call('preview', { context: this.context(), request }, { signal })
  }

  cancelPreview(): void {
    this.previewing?.abort(
      new PetrichorError('cancelled', 'Another preview is wanted.', 'Nothing is to be done.'),
    )
    this.previewing = undefined
  }

  /** Mixes a finished result with its original. Returns the path of the file that was written. */
  mix(mix: Omit<Mix, 'allowance'>): Promise<string> {
    return this.worker.call('mix', { ...mix, allowance: this.options.allowance() })
  }

  /** Unloads the models, because one of them may be replaced by another of the same name. */
  forget(): Promise<void> {
    return this.worker.call('forget', undefined)
  }

  /** Starts the process ahead of the first call. */
  warmUp(): void {
    this.worker.warmUp()
  }

  stop(): void {
    this.worker.stop()
  }

  private context(): EngineContext {
    const { libraries, ledgerFile, trialFiles, allowance } = this.options
    return { libraries, ledgerFile, trialFiles, allowance: allowance() }
  }

  private onLife(life: Life): void {
    this.status = statusOf(life)
    this.options.onStatus(this.status)
    // Restarted at once, so that the next photo need not wait; one that never came up would not come up now either.
    if (life.state === 'died' && life.wasReady) this.worker.warmUp()
  }
}

function statusOf(life: Life): EngineStatus {
  if (life.state !== 'died') return { state: life.state }
  const { how, wasReady } = life
  const isMissing = how instanceof Error && 'code' in how && how.code === 'ENOENT'
  return {
    state: 'stopped',
    reason: wasReady ? 'ended' : isMissing ? 'missing' : 'unstartable',
    how: how instanceof Error ? how.message : String(how),
  }
}
