import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Let the window, and every other program, go before this process: whoever scrolls while photos are restored does not feel
 * it, and where nobody else wants the processor nothing is lost. What the process starts later inherits it.
 */
export function yieldToOthers(): void {
  try {
    for (const thread of threads()) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch (error) {
    console.warn('This process works at normal priority:', error)
  }
}

/** On Linux a priority is a thread's own, and several run before the first line of a program does. */
function threads(): number[] {
  return process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid]
}
