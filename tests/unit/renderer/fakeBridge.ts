import { vi } from 'vitest'
import type {
  Answer,
  Bridge,
  CallInput,
  CallName,
  CallOutput,
  EventName,
  EventPayload,
} from '../../../src/shared/contract'
import type { ErrorReport } from '../../../src/shared/errors'

type Replies = { [N in CallName]?: (input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>> }

/** Thrown by a reply, it crosses the bridge as an error. */
export class Refusal extends Error {
  constructor(readonly report: ErrorReport) {
    super(report.message)
  }
}

export const damaged: ErrorReport = {
  code: 'damaged-image',
  message: 'The photo is damaged.',
  detail: 'Copy it from the card again.',
}

/** Stands in for the preload: answers calls from `replies`, remembers them, and lets the test send events. */
export function installFakeBridge(replies: Replies = {}) {
  const listeners = new Map<EventName, Set<(payload: never) => void>>()
  const called: { name: CallName; input: unknown }[] = []

  async function answer<T>(reply: () => T | Promise<T>): Promise<Answer<T>> {
    try {
      return { ok: true, value: await reply() }
    } catch (error) {
      if (error instanceof Refusal) return { ok: false, error: error.report }
      throw error
    }
  }

  const bridge: Bridge = {
    call(name, input) {
      // The real bridge cannot carry what cannot be cloned either.
      called.push({ name, input: structuredClone(input) })
      const reply = replies[name]
      if (!reply) throw new Error(`The test does not answer ${name}.`)
      return answer(() => reply(input))
    },
    on(name, listener) {
      const all = listeners.get(name) ?? new Set()
      listeners.set(name, all.add(listener as (payload: never) => void))
      return () => void all.delete(listener as (payload: never) => void)
    },
    callWithFiles(name, files) {
      return bridge.call(name, files.map((file) => file.name) as CallInput<typeof name>)
    },
    platform: 'linux',
  }
  vi.stubGlobal('window', Object.assign(globalThis.window ?? {}, { petrichor: bridge }))

  return {
    called,
    namesCalled: () => called.map(({ name }) => name),
    send: <N extends EventName>(name: N, payload: EventPayload<N>) =>
      listeners.get(name)?.forEach((listener) => (listener as (payload: EventPayload<N>) => void)(payload)),
    listenerCount: (name: EventName) => listeners.get(name)?.size ?? 0,
  }
}
