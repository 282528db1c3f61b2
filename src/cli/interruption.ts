import { constants } from 'node:os'

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const

/**
 * Let a first Ctrl+C (or its like) end things cleanly by `stop`, and a second one at once; temporary files go either way.
 * Returns a function that tells the exit code of an interruption, once there was one.
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
