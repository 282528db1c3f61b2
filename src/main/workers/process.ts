import { fork } from 'node:child_process'
import { join } from 'node:path'
import { app, utilityProcess } from 'electron'
import log from 'electron-log/main'
import type { Reply, Request } from './protocol'

export interface WorkerProcess {
  send(request: Request): void
  kill(): void
}

interface Listeners {
  onReply: (reply: Reply) => void
  onExit: (code: number | null) => void
}

/**
 * Start a worker in a process of its own. On Linux that is plain Node: inside Electron the system's glib and the one in
 * sharp's libvips get mixed up (docs/decisions/0004).
 */
export function startProcess(file: string, name: string, listeners: Listeners): WorkerProcess {
  return process.platform === 'linux' ? startNode(file, name, listeners) : startUtility(file, name, listeners)
}

function startNode(file: string, name: string, { onReply, onExit }: Listeners): WorkerProcess {
  const child = fork(file, [], {
    execPath: nodeBinary(),
    execArgv: [],
    serialization: 'advanced',
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
    // Without these glibc keeps what a finished network or photo took.
    env: { ...process.env, MALLOC_ARENA_MAX: '2', MALLOC_TRIM_THRESHOLD_: '65536' },
  })
  let over = false
  const end = (code: number | null) => {
    if (over) return
    over = true
    onExit(code)
  }
  child.stdout?.on('data', (text: Buffer) => log.info(`[${name}]`, text.toString().trimEnd()))
  child.stderr?.on('data', (text: Buffer) => log.warn(`[${name}]`, text.toString().trimEnd()))
  child.on('message', (reply) => onReply(reply as Reply))
  child.on('error', (error) => {
    log.error(`[${name}]`, error)
    end(null)
  })
  child.on('exit', end)
  return {
    send: (request) => child.connected && child.send(request),
    kill: () => child.kill(),
  }
}

function startUtility(file: string, name: string, { onReply, onExit }: Listeners): WorkerProcess {
  const child = utilityProcess.fork(file, [], { serviceName: `Petrichor ${name}`, stdio: 'pipe' })
  child.stdout?.on('data', (text: Buffer) => log.info(`[${name}]`, text.toString().trimEnd()))
  child.stderr?.on('data', (text: Buffer) => log.warn(`[${name}]`, text.toString().trimEnd()))
  child.on('message', onReply)
  child.on('exit', onExit)
  return { send: (request) => child.postMessage(request), kill: () => child.kill() }
}

/** The Node that a package ships beside the app, or the one that runs the checkout. */
function nodeBinary(): string {
  return app.isPackaged ? join(process.resourcesPath, 'node') : (process.env['npm_node_execpath'] ?? 'node')
}
