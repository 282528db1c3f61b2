import { ipcMain, type IpcMainInvokeEvent } from 'electron'
import log from 'electron-log/main'
import { type Answer, type CallInput, type CallName, type CallOutput, calls } from '../shared/contract'
import { PetrichorError, reportOf } from '../shared/errors'

export type CallHandlers = {
  [N in CallName]: (input: CallInput<N>) => CallOutput<N> | Promise<CallOutput<N>>
}

/** Answer the window's calls: only those of the contract, only with inputs that fit, only from our own page. */
export function handleCalls(handlers: CallHandlers, isOwnPage: (address: string) => boolean): void {
  for (const name of Object.keys(calls) as CallName[]) {
    ipcMain.handle(name, (event, input: unknown) => answer(name, handlers, event, input, isOwnPage))
  }
}

async function answer<N extends CallName>(
  name: N,
  handlers: CallHandlers,
  { senderFrame }: IpcMainInvokeEvent,
  input: unknown,
  isOwnPage: (address: string) => boolean,
): Promise<Answer<CallOutput<N>>> {
  try {
    const ours = senderFrame && senderFrame.parent === null && isOwnPage(senderFrame.url)
    if (!ours)
      throw new PetrichorError('invalid-call', 'A foreign page tried to use Petrichor.', 'Nothing was done.')
    const checked = calls[name].input.safeParse(input)
    if (!checked.success) {
      throw new PetrichorError(
        'invalid-call',
        `The call ${name} does not fit.`,
        'Nothing was done.',
        checked.error,
      )
    }
    return { ok: true, value: await handlers[name](checked.data as CallInput<N>) }
  } catch (error) {
    log.error(name, error, error instanceof Error ? error.cause : '')
    return { ok: false, error: reportOf(error) }
  }
}
