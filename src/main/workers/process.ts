import { fork } from 'node:child_process'
import { join } from 'node:path'
import { app, utilityProcess } from 'electron'
import log from 'electron-log/main'
import type { Reply, Request } from './protocol'

export interface WorkerProcess {
  send(request: Request): void
  /** Asks it to exit; the listeners are not called any more. */
  end(): void
}

/** How a process ended: an exit code, the name of a signal, or the error that kept it from starting. */
export type Ended = number | string | Error

interface Listeners {
  onReply: (reply: Reply) => void
  /** Called once. */
  onEnd: (how: Ended) => void
}

type Environment = Record<string, string>

/**
 * Starts a worker in a process of its own. On Linux that is plain Node, because inside Electron the system's glib and
 * the one in sharp's libvips get mixed up (docs/decisions/0004).
 */
export function startProcess(
  file: string,
  name: string,
  env: Environment,
  listeners: Listeners,
): WorkerProcess {
  return process.platform === 'linux'
    ? startNode(file, name, env, listeners)
    : startUtility(file, name, env, listeners)
}

function startNode(
  file: string,
  name: string,
  env: Environment,
  { onReply, onEnd }: Listeners,
): WorkerProcess {
  const child = fork(file, [], {
    execPath: nodeBinary(),
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Without these glibc keeps the memory that a finished model or photo took.
    env: { ...process.env, MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '65536', ...env },
  })
  let over = false
  const end = (how: Ended) => {
    if (over) return
    over = true
    log.error(`[${name}] ended:`, how)
    onEnd(how)
  }
  logOutput(name, child)
  child.on('message', (reply) => onReply(reply as Reply))
  // It could not be started, or can no longer be reached.
  child.on('error', (error) => {
    child.kill('SIGKILL')
    end(error)
  })
  child.on('exit', (code, signal) => end(signal ?? code ?? 'unknown'))
  return {
    send: (request) => child.connected && child.send(request),
    end: () => {
      over = true
      // Should this not arrive, the process ends when the channel closes with main.
      if (child.connected) child.send({ end: true } satisfies Request)
    },
  }
}

function startUtility(
  file: string,
  name: string,
  env: Environment,
  { onReply, onEnd }: Listeners,
): WorkerProcess {
  const child = utilityProcess.fork(file, [], {
    serviceName: `Petrichor ${name}`,
    stdio: 'pipe',
    env: { ...process.env, ...env },
  })
  let over = false
  logOutput(name, child)
  child.on('message', onReply)
  child.on('exit', (code) => {
    if (over) return
    log.error(`[${name}] ended:`, code)
    onEnd(code)
  })
  return {
    send: (request) => child.postMessage(request),
    end: () => {
      over = true
      child.postMessage({ end: true } satisfies Request)
    },
  }
}

function logOutput(
  name: string,
  child: { stdout: NodeJS.ReadableStream | null; stderr: NodeJS.ReadableStream | null },
): void {
  child.stdout?.on('data', (text: Buffer) => log.info(`[${name}]`, text.toString().trimEnd()))
  child.stderr?.on('data', (text: Buffer) => log.warn(`[${name}]`, text.toString().trimEnd()))
}

/** The Node that a package ships beside the app, or the one that runs the checkout. */
function nodeBinary(): string {
  return app.isPackaged ? join(process.resourcesPath, 'node') : (process.env['npm_node_execpath'] ?? 'node')
}
