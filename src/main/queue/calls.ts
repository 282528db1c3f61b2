import { access } from 'node:fs/promises'
import { basename } from 'node:path'
import { shell } from 'electron'
import log from 'electron-log/main'
import { openLedger } from '../../core/batch/ledger'
import { PetrichorError } from '../../shared/errors'
import type { Placing } from '../../shared/preferences'
import type { PlacingSettings } from '../../shared/settings'
import type { CallHandlers } from '../ipc'
import type { Services } from '../services'
import { chooseTarget } from '../window/dialogs'
import { texts } from '../window/texts'
import { atStrength } from './atStrength'
import type { FinishedJob } from './restoreQueue'
import { saveAs, suggestedName } from './saveAs'

/** The calls about the queue and about the results of its jobs. */
export function queueCalls({ queue, preferences, photos, engine, sessionFolder, ledgerFile }: Services) {
  /** A finished job whose file is still there. */
  const finished = async (id: string): Promise<FinishedJob> => {
    const job = queue.finished(id)
    const { output } = job.result
    await access(output).catch((cause: unknown) => {
      throw resultGone(output, cause)
    })
    return job
  }

  return {
    'queue.get': () => queue.view(),
    'queue.restorePhoto': ({ photo, settings, export: exportSettings }) =>
      queue.restorePhoto(photo, settings, exportSettings),
    'queue.addBatch': ({ photos: ids, settings, export: exportSettings }) =>
      queue.addBatch(ids, settings, exportSettings, placingOf(preferences.get().placing)),
    'queue.adjust': ({ ids, settings, export: exportSettings }) =>
      queue.adjust(ids, settings, exportSettings),
    'queue.remove': (ids) => queue.remove(ids),
    'queue.cancel': (ids) => queue.jobs.cancel(ids),
    'queue.retry': (ids) => queue.jobs.retry(ids),
    'queue.move': ({ ids, before }) => queue.jobs.move(ids, before),
    'queue.pause': () => queue.jobs.pause(),
    'queue.resume': () => queue.jobs.resume(),

    'results.save': async ({ job: id, strength }) => {
      const job = await finished(id)
      const { source, export: exportSettings } = job
      const target = await chooseTarget(texts().dialogs.saveResult, suggestedName(source, exportSettings))
      if (target === undefined) return null
      const ledger = openLedger(ledgerFile, ({ message }) => log.warn(message))
      return atStrength(job, strength, { engine, sessionFolder }, (path) =>
        saveAs(path, target, job, { photos, ledger }),
      )
    },
    'results.reveal': async (id) => shell.showItemInFolder((await finished(id)).result.output),
  } satisfies Partial<CallHandlers>
}

/** Throws `destination-unwritable` where a folder is needed and none was chosen yet. */
function placingOf({ kind, folder, name, collision }: Placing): PlacingSettings {
  if (kind === 'beside') return { destination: { kind }, name, collision }
  if (folder !== null) return { destination: { kind, folder }, name, collision }
  throw new PetrichorError(
    'destination-unwritable',
    'No folder is chosen for the results.',
    'Choose one first.',
  )
}

function resultGone(output: string, cause: unknown): PetrichorError {
  return new PetrichorError(
    'not-found',
    `“${basename(output)}” is no longer where it was written.`,
    'Look whether it was moved, or restore the photo again.',
    cause,
  )
}
