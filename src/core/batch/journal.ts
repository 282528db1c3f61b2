import { open } from 'lmdb'
import { Job } from '../../shared/job'

/**
 * Where jobs are written down, by their ids. What `save` was given and `forget` was told holds after a crash at any later
 * instant; a call that a crash interrupts has happened for all of its jobs or for none.
 */
export interface Journal {
  load(): Job[]
  save(jobs: Job[]): void
  forget(ids: string[]): void
  close(): Promise<void>
}

/** A journal in an LMDB file: every change is one transaction, on the disk when the call returns; see docs/decisions. */
export function openJournal(path: string): Journal {
  // With overlapping syncs a commit would return before it is on the disk.
  const store = open<unknown, string>({ path, noSubdir: true, encoding: 'json', overlappingSync: false })
  return {
    // A job that an older version wrote and this one does not understand is left out, not fatal.
    load: () => [...store.getRange()].flatMap(({ value }) => Job.safeParse(value).data ?? []),
    save: (jobs) => store.transactionSync(() => jobs.forEach((job) => store.putSync(job.id, job))),
    forget: (ids) => store.transactionSync(() => ids.forEach((id) => store.removeSync(id))),
    close: () => store.close(),
  }
}
