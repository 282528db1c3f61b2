import { forkProbe, ProviderTrials } from '../../core/providers/trials'

/** Files that trials of execution providers need; only main knows where they are. */
export interface TrialFiles {
  /** The built program that tries one provider. */
  probe: string
  /** File in which verdicts are kept, shared with the terminal. */
  verdicts: string
}

/** Trials of execution providers, for a worker. */
export function providerTrials({ probe, verdicts }: TrialFiles): ProviderTrials {
  return new ProviderTrials({ start: forkProbe(probe), cache: verdicts })
}
