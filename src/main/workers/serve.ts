import { PetrichorError, reportOf } from '../../shared/errors'
import type { Methods, Reply, Request } from './protocol'

interface CallContext<Progress> {
  /** Aborted when main no longer wants the answer. */
  signal: AbortSignal
  progress: (progress: Progress) => void
}

type Handlers<M extends Methods> = {
  [Name in keyof M]: (
    input: M[Name]['input'],
    context: CallContext<M[Name]['progress']>,
  ) => Promise<M[Name]['output']>
}

/** Answers main's calls in a worker process: a utility process of Electron, or a child process of plain Node. */
export function serve<M extends Methods>(handlers: Handlers<M>): void {
  const port = parentPort()
  const running = new Map<number, AbortController>()

  port.listen((request) => {
    if ('end' in request) process.exit()
    if ('cancel' in request) {
      running.get(request.id)?.abort(cancelled())
      return
    }
    const { id, method, input } = request
    const abort = new AbortController()
    running.set(id, abort)
    handlers[method as keyof M](input, {
      signal: abort.signal,
      progress: (progress) => port.send({ id, progress }),
    })
      .then((value) => port.send({ id, value }))
      .catch((error: unknown) => {
        if (!abort.signal.aborted) console.error(error)
        port.send({ id, error: reportOf(error) })
      })
      .finally(() => running.delete(id))
  })
  port.send({ ready: true })
}

/** The reason of an aborted signal, which the work throws. */
function cancelled(): PetrichorError {
  return new PetrichorError('cancelled', 'This was cancelled.', 'Start it again when you like.')
}

interface Port {
  listen(listener: (request: Request) => void): void
  send(reply: Reply): void
}

function parentPort(): Port {
  const electronPort = process.parentPort as Electron.ParentPort | undefined
  if (electronPort) {
    return {
      listen: (listener) => electronPort.on('message', ({ data }) => listener(data as Request)),
      send: (reply) => electronPort.postMessage(reply),
    }
  }
  // A child process must not outlive the app, however that ended.
  process.once('disconnect', () => process.exit())
  return {
    listen: (listener) => process.on('message', listener),
    send: (reply) => process.send?.(reply),
  }
}
