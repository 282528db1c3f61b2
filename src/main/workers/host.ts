import { errorOf, PetrichorError } from '../../shared/errors'
import { workerFile } from '../paths'
import type { WorkerName } from './entries'
import { type Ended, startProcess, type WorkerProcess } from './process'
import type { Methods, Reply } from './protocol'

interface Pending {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
  progress: ((progress: unknown) => void) | undefined
}

export interface CallOptions<Progress> {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/** The state of the process; `died` where it ended without being asked to, and `how`. */
export type Life =
  { state: 'starting' } | { state: 'ready' } | { state: 'died'; wasReady: boolean; how: Ended }

interface HostOptions {
  name: WorkerName
  /** Environment variables beside the app's own. */
  env?: Record<string, string>
  onLife?: (life: Life) => void
}

/**
 * The main side of a worker process. The process is started by the first call at the latest, and by the first call
 * after it died; calls that were in progress when it died are rejected with `engine-stopped`.
 */
export class WorkerHost<M extends Methods> {
  private process: WorkerProcess | undefined
  private isReady = false
  private readonly pending = new Map<number, Pending>()
  private lastId = 0

  constructor(private readonly options: HostOptions) {}

  /** Starts the process ahead of the first call, which then need not wait for it. */
  warmUp(): void {
    this.process ??= this.start()
  }

  call<Name extends keyof M & string>(
    method: Name,
    input: M[Name]['input'],
    { signal, onProgress }: CallOptions<M[Name]['progress']> = {},
  ): Promise<M[Name]['output']> {
    const process = (this.process ??= this.start())
    const id = ++this.lastId
    return new Promise<M[Name]['output']>((resolve, reject) => {
      this.pending.set(id, { resolve, reject, progress: onProgress })
      signal?.addEventListener('abort', () => process.send({ id, cancel: true }), { once: true })
      process.send({ id, method, input })
    })
  }

  /**
   * Ends the process because the app ends. Calls in progress are never answered: for their callers the work has not
   * failed, since the next start goes on with it.
   */
  stop(): void {
    this.pending.clear()
    const process = this.process
    this.process = undefined
    process?.end()
  }

  private start(): WorkerProcess {
    const { name, env = {}, onLife } = this.options
    this.isReady = false
    onLife?.({ state: 'starting' })
    const process = startProcess(workerFile(name), name, env, {
      onReply: (reply) => this.take(reply),
      onEnd: (how) => {
        if (this.process !== process) return
        this.process = undefined
        this.rejectAll(how)
        onLife?.({ state: 'died', wasReady: this.isReady, how })
      },
    })
    return process
  }

  private take(reply: Reply): void {
    if ('ready' in reply) {
      this.isReady = true
      this.options.onLife?.({ state: 'ready' })
      return
    }
    const call = this.pending.get(reply.id)
    if (!call) return
    if ('progress' in reply) {
      call.progress?.(reply.progress)
      return
    }
    this.pending.delete(reply.id)
    if ('error' in reply) call.reject(errorOf(reply.error))
    else call.resolve(reply.value)
  }

  private rejectAll(how: Ended): void {
    const error = this.isReady ? stopped(how) : neverStarted(how)
    const calls = [...this.pending.values()]
    this.pending.clear()
    for (const { reject } of calls) reject(error)
  }
}

function stopped(how: Ended): PetrichorError {
  return new PetrichorError(
    'engine-stopped',
    'The restoring process stopped before this photo was finished.',
    'Try the photo again; the process starts anew by itself.',
    how,
  )
}

function neverStarted(how: Ended): PetrichorError {
  return new PetrichorError(
    'engine-stopped',
    'The restoring process could not be started.',
    'Install Petrichor again; the log tells what is missing.',
    how,
  )
}
