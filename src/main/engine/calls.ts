import { cpus, freemem, totalmem } from 'node:os'
import type { Machine } from '../../shared/machine'
import type { CallHandlers } from '../ipc'
import type { Services } from '../services'

/** The calls about previews, the process that restores, and the machine that it runs on. */
export function engineCalls({ engine, photos }: Services) {
  return {
    'preview.make': async ({ photo, ...request }) => {
      const preview = await engine.preview({ source: photos.get(photo).path, ...request })
      return { ...preview, png: new Uint8Array(preview.png) }
    },
    'preview.cancel': () => engine.cancelPreview(),

    'engine.get': () => engine.status,
    'machine.get': describeMachine,
  } satisfies Partial<CallHandlers>
}

/** The machine, as far as it matters for restoring photos. */
function describeMachine(): Machine {
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
