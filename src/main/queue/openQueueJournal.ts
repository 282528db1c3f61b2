import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import log from 'electron-log/main'
import { type Journal, openJournal } from '../../core/batch/journal'

/**
 * Opens the journal of the queue. LMDB survives crashes and power cuts, but a damaged file crashes the whole process,
 * and would do so at every start. So a marker file exists while the journal is opened and read; a start that finds one
 * renames the journal and begins a new one.
 */
export function openQueueJournal(path: string): Journal {
  const marker = `${path}.opening`
  if (existsSync(marker) && existsSync(path)) setAside(path)
  writeFileSync(marker, '')
  const journal = openOrReplace(path)
  journal.load()
  rmSync(marker)
  return journal
}

function openOrReplace(path: string): Journal {
  try {
    return openJournal(path)
  } catch (error) {
    log.error(error)
    setAside(path)
    return openJournal(path)
  }
}

function setAside(path: string): void {
  const aside = `${path}.damaged`
  log.error('The queue cannot be read and starts anew. The old one is kept as', aside)
  renameSync(path, aside)
  rmSync(`${path}-lock`, { force: true })
}
