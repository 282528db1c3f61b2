import { PetrichorError, errorOf } from '../../core/errors'
import type { Methods, Reply, Request } from './protocol'
import { startProcess, type WorkerProcess } from './process'

interface Pending {
  resolve: (value: unknown) => void
  reject: (error: Error) => void
  progress: ((progress: unknown) => void) | undefined
}

export interface CallOptions<Progress> {
  signal?: AbortSignal
  onProgress?: (progress: Progress) => void
}

/**
 * The main side of a worker process. It is started with the first call and again with the first one after it died; the
 * calls that were under way when it died are rejected with `engine-stopped`.
 */
export class WorkerHost<M extends Methods> {
  private process: WorkerProcess | undefined
  private readonly pending = new Map<number, Pending>()
  private lastId = 0

  constructor(
    private readonly file: string,
    private readonly name: string,
    /** Told when the process starts (undefined) and when it dies without being asked to (the reason). */
    private readonly onLife: (died: string | undefined) => void = () => undefined,
  ) {}

  call<Name extends keyof M & string>(
    method: Name,
    input: M[Name]['input'],
    { signal, onProgress }: CallOptions<M[Name]['progress']> = {},
  ): Promise<M[Name]['output']> {
    const process = (this.process ??= this.start())
    const id = ++this.lastId
    return new Promise<M[Name]['output']>((resolve, reject) => {
      this.pending.set(id, { resolve, reject, progress: onProgress })
      signal?.addEventListener('abort', () => process.send({ id, cancel: true } satisfies Request), {
        once: true,
      })
      process.send({ id, method, input } satisfies Request)
    })
  }

  /** End the process; calls under way are rejected. */
  stop(): void {
    const process = this.process
    this.process = undefined
    process?.kill()
    this.rejectAll('it was stopped')
  }

  private start(): WorkerProcess {
    const process = startProcess(this.file, this.name, {
      onReply: (reply) => this.settle(reply),
      onExit: (code) => {
        if (this.process !== process) return
        this.process = undefined
        const reason = `The ${this.name} process ended unexpectedly (code ${code ?? 'none'}).`
        this.rejectAll(reason)
        this.onLife(reason)
      },
    })
    this.onLife(undefined)
    return process
  }

  private settle(reply: Reply): void {
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

  private rejectAll(reason: string): void {
    const calls = [...this.pending.values()]
    this.pending.clear()
    for (const { reject } of calls) {
      reject(
        new PetrichorError(
          'engine-stopped',
          'The restoring process stopped before this photo was finished.',
          'Try the photo again; the process starts anew by itself.',
          reason,
        ),
      )
    }
  }
}
