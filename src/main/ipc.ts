import { ipcMain, type WebFrameMain } from 'electron'
import log from 'electron-log/main'
import { type Answer, type CallInput, type CallName, type CallOutput, calls } from '../shared/contract'
import { PetrichorError, reportOf } from '../shared/errors'

/** What main does for each call of the contract. */
export type CallHandlers = {
  [N in CallName]: (input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>>
}

/** Answers the window's calls: only those of the contract, only with inputs that fit, only from our own page. */
export function handleCalls(handlers: CallHandlers, isOwnPage: (address: string) => boolean): void {
  for (const name of Object.keys(calls) as CallName[]) {
    ipcMain.handle(name, async ({ senderFrame }, input: unknown): Promise<Answer<unknown>> => {
      try {
        checkSender(senderFrame, isOwnPage)
        return { ok: true, value: await answer(name, input, handlers[name]) }
      } catch (error) {
        log.error(name, error, error instanceof Error ? error.cause : '')
        return { ok: false, error: reportOf(error) }
      }
    })
  }
}

function checkSender(frame: WebFrameMain | null, isOwnPage: (address: string) => boolean): void {
  if (frame && frame.parent === null && isOwnPage(frame.url)) return
  throw new PetrichorError('invalid-call', 'A foreign page tried to use Petrichor.', 'Nothing was done.')
}

async function answer<N extends CallName>(
  name: N,
  input: unknown,
  handler: CallHandlers[N],
): Promise<CallOutput<N>> {
  const { data, error } = calls[name].input.safeParse(input)
  if (error) {
    throw new PetrichorError('invalid-call', `The call ${name} does not fit.`, 'Nothing was done.', error)
  }
  return handler(data as CallInput<N>)
}
