import { constants } from 'node:os'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Calls `stop` at a first Ctrl+C (or its like), for a clean end, and exits at a second one; temporary files are removed
 * either way. Returns a function that returns the exit code of the interruption, once there was one.
 */
export function watchForInterruption(stop: () => void): () => number | undefined {
  let code: number | undefined
  for (const signal of signals) {
    process.on(signal, () => {
      if (code !== undefined) process.exit(code)
      code = 128 + constants.signals[signal]
      stop()
    })
  }
  return () => code
}
