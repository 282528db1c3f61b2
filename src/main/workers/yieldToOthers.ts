import { readdirSync } from 'node:fs'
import { constants, setPriority } from 'node:os'

/**
 * Lowers the priority of this process, so that the window and all other programs go first: scrolling stays smooth while
 * photos are restored, and nothing is lost where the processor is otherwise idle. Processes started later inherit it.
 */
export function yieldToOthers(): void {
  try {
    for (const thread of threads()) setPriority(thread, constants.priority.PRIORITY_BELOW_NORMAL)
  } catch (error) {
    console.warn('This process works at normal priority:', error)
  }
}

/** On Linux each thread has its own priority, and several are running before the program's first line. */
function threads(): number[] {
  return process.platform === 'linux' ? readdirSync('/proc/self/task').map(Number) : [process.pid]
}
