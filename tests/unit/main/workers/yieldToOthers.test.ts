import { fork } from 'node:child_process'
import { constants } from 'node:os'
import { fileURLToPath } from 'node:url'
import { expect, it } from 'vitest'

const program = fileURLToPath(new URL('yielding.ts', import.meta.url))

it('all that works in a process that yields goes behind the window', async () => {
  const child = fork(program, { execArgv: ['--import', 'tsx'] })
  const priorities = await new Promise<number[]>((resolve, reject) => {
    child.once('message', (told) => resolve(told as number[]))
    child.once('exit', (code) => reject(new Error(`It ended with ${code}.`)))
  })

  expect(new Set(priorities)).toEqual(new Set([constants.priority.PRIORITY_BELOW_NORMAL]))
})
