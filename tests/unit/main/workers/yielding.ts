// Started by yieldToOthers.test.ts: yields, and tells the priorities of all that then works in the process.
import { readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { getPriority } from 'node:os'
import { Worker } from 'node:worker_threads'
import { yieldToOthers } from '../../../../src/main/workers/yieldToOthers'

// Threads that read files have begun before.
await readFile(process.execPath)
yieldToOthers()
const later = new Worker('setInterval(() => {}, 1000)', { eval: true })
await new Promise((resolve) => later.once('online', resolve))
const threads = process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid]
process.send!(threads.map((thread) => getPriority(thread)))
await later.terminate()
