/**
 * A process to be killed: opens the journal given as its argument and works its queue off. For each job it writes a line
 * to its own file when it starts and when the queue has seen it done.
 */
import { appendFileSync } from 'node:fs'
import { openJournal } from '../../../../src/core/batch/journal'
import { Queue } from '../../../../src/core/batch/queue'
import { defaultExport, defaultSettings } from '../../../../src/shared/settings'

const [path, log, count] = process.argv.slice(2) as [string, string, string]
const journal = openJournal(path)
const told = new Set<string>()
const queue: Queue = new Queue({
  journal,
  run: async ({ source, output }) => {
    appendFileSync(log, `start ${source}\n`)
    await new Promise((resolve) => setTimeout(resolve, 1 + Math.random() * 4))
    return { output, width: 1, height: 1, seconds: 0, gates: {}, provider: 'test', notes: [] }
  },
  onChange: () => {
    for (const { source, state } of queue.list()) {
      if (state !== 'done' || told.has(source)) continue
      told.add(source)
      appendFileSync(log, `done ${source}\n`)
    }
  },
})
if (queue.list().length === 0) {
  queue.add(
    Array.from({ length: Number(count) }, (_, index) => ({
      source: `photo ${index}`,
      output: `out ${index}`,
      purpose: 'batch' as const,
      settings: defaultSettings,
      export: defaultExport,
    })),
  )
}
process.send?.('begun')
queue.start()
await queue.idle()
await journal.close()
process.disconnect?.()
