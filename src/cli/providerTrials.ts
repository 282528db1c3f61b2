import { extname, join } from 'node:path'
import { forkProbe, ProviderTrials } from '../core/providers/trials'
import { verdictFile } from './modelLibraries'

/** Trials of execution providers from the terminal; their verdicts are kept in the app's own folder. */
export function providerTrials(): ProviderTrials {
  // In a checkout this is a source, and its neighbours are too; once built, all lie in one folder.
  const isSource = extname(import.meta.filename) === '.ts'
  const probe = isSource ? '../core/providers/probeProcess.ts' : 'probe.js'
  return new ProviderTrials({
    start: forkProbe(join(import.meta.dirname, probe)),
    cache: verdictFile(),
  })
}
