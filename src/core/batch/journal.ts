import { open } from 'lmdb'
import { Job } from '../../shared/job'

/**
 * Stores jobs durably, by their ids. What `save` and `forget` did survives a crash at any later instant; a call that a
 * crash interrupts has taken effect for all of its jobs or for none.
 */
export interface Journal {
  load(): Job[]
  save(jobs: Job[]): void
  forget(ids: string[]): void
  close(): Promise<void>
}

/**
 * Opens a journal in an LMDB file: every change is one transaction, on the disk when the call returns (decision 0005).
 */
export function openJournal(path: string): Journal {
  // With overlapping syncs a commit returns before it is on the disk.
  const store = open<unknown, string>({ path, noSubdir: true, encoding: 'json', overlappingSync: false })
  return {
    // A job that another version wrote and this one cannot parse is skipped; it must not stop the queue from loading.
    load: () => [...store.getRange()].flatMap(({ value }) => Job.safeParse(value).data ?? []),
    save: (jobs) => store.transactionSync(() => jobs.forEach((job) => store.putSync(job.id, job))),
    forget: (ids) => store.transactionSync(() => ids.forEach((id) => store.removeSync(id))),
    close: () => store.close(),
  }
}
