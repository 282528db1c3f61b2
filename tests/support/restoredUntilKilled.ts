/**
 * A process to be killed: restores the photos of the folder given as its argument, with a real model, journal and
 * record of ledger, and goes on where one before it was killed.
 */
import { join } from 'node:path'
import { openJournal } from '../../src/core/batch/journal'
import { openLedger } from '../../src/core/batch/ledger'
import { expandSources, planJobs } from '../../src/core/batch/plan'
import { Queue } from '../../src/core/batch/queue'
import { lstatOf, statOf } from '../../src/core/files/state'
import { Restorer } from '../../src/core/restore/restorer'
import { defaultExport } from '../../src/shared/settings'
import { modelFixtures } from './models'

const root = process.argv[2]!
process.send?.('opening')
const journal = openJournal(join(root, 'queue'))
const ledger = openLedger(join(root, 'ledger'))
const restorer = new Restorer([modelFixtures], { ledger })
const queue = new Queue({ journal, run: (job, signal) => restorer.restore(job, { signal }) })
if (queue.list().length === 0) {
  const { jobs } = planJobs(
    await expandSources([join(root, 'in')]),
    {
      settings: { model: 'identity', tasks: {}, strength: 100 },
      export: defaultExport,
      placing: {
        destination: { kind: 'tree', folder: join(root, 'out') },
        name: '{name}',
        collision: 'number',
      },
      model: { id: 'identity', sha256: '' },
    },
    { lstatOf, statOf, ledger },
  )
  queue.paused = true
  queue.add(jobs)
  queue.paused = false
}
process.send?.('restoring')
queue.start()
await queue.idle()
await restorer.close()
await journal.close()
process.disconnect?.()
