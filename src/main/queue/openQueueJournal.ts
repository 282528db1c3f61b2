import { existsSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import log from 'electron-log/main'
import { type Journal, openJournal } from '../../core/batch/journal'

/**
 * The journal of the queue. LMDB survives crashes and power cuts, but a file that a disk or a person damaged takes the
 * whole process down with it, and would do so at every start. So a mark stands beside the file while it is opened and
 * read; a start that finds one sets the file aside and begins a new one.
 */
export function openQueueJournal(path: string): Journal {
  const mark = `${path}.opening`
  if (existsSync(mark) && existsSync(path)) setAside(path)
  writeFileSync(mark, '')
  const journal = openOrReplace(path)
  journal.load()
  rmSync(mark)
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
