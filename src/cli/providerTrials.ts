import { fileURLToPath } from 'node:url'
import { forkProbe, ProviderTrials } from '../core/providers/trials'
import { verdictFile } from './modelLibraries'

/** Trials of execution providers from the terminal; their verdicts are kept in the app's own folder. */
export function providerTrials(): ProviderTrials {
  const probe = fileURLToPath(new URL('../core/providers/probeProcess.ts', import.meta.url))
  return new ProviderTrials({ start: forkProbe(probe), cache: verdictFile() })
}
