/** The window's side of the contract: calls that give their value or throw, and events. */
import type {
  Answer,
  Bridge,
  CallInput,
  CallName,
  CallOutput,
  DropCallName,
  EventName,
  EventPayload,
} from '../shared/contract'
import type { ErrorCode, ErrorReport } from '../shared/errors'

declare global {
  interface Window {
    petrichor: Bridge
  }
}

/** A call that main answered with an error. */
export class CallError extends Error {
  override readonly name = 'CallError'
  readonly code: ErrorCode
  /** What the user can do about it. */
  readonly detail: string

  constructor(report: ErrorReport) {
    super(report.message)
    this.code = report.code
    this.detail = report.detail
  }
}

type Input<N extends CallName> = CallInput<N> extends void ? [] : [input: CallInput<N>]

export async function call<N extends CallName>(name: N, ...input: Input<N>): Promise<CallOutput<N>> {
  return valueOf(await window.petrichor.call(name, input[0] as CallInput<N>))
}

/** A call about files that were dropped on the window. */
export async function callWithFiles<N extends DropCallName>(name: N, files: File[]): Promise<CallOutput<N>> {
  return valueOf(await window.petrichor.callWithFiles(name, files))
}

/** Returns a function that stops listening. */
export function on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void {
  return window.petrichor.on(name, listener)
}

function valueOf<T>(answer: Answer<T>): T {
  if (!answer.ok) throw new CallError(answer.error)
  return answer.value
}
