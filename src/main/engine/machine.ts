import { cpus, freemem, totalmem } from 'node:os'
import type { Machine } from '../../shared/machine'

/** What the machine is, as far as restoring photos is concerned. */
export function describeMachine(): Machine {
  const [first] = cpus()
  return {
    processor: first?.model.trim() ?? '',
    cores: cpus().length,
    memory: totalmem(),
    freeMemory: freemem(),
    system: `${process.platform} ${process.arch}`,
    electron: process.versions.electron ?? '',
  }
}
