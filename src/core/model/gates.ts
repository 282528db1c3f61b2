import { PetrichorError } from '../errors'
import type { Gates, Manifest } from './manifest'

/**
 * One set of gates for a whole photo from those of several places in it: the mean at each level, of which the k largest
 * are kept, as the router itself keeps them. Neighbouring tiles are then treated alike, and no seam shows.
 */
export function settleGates(samples: Gates[], kept: number): Gates {
  const [first] = samples
  if (!first) return []
  return first.map((row, level) => {
    const mean = row.map((_, expert) => average(samples.map((gates) => gates[level]![expert]!)))
    const threshold = mean.toSorted((a, b) => b - a)[kept - 1] ?? 0
    return mean.map((weight) => (weight >= threshold ? weight : 0))
  })
}

/** The gates of a task chosen by hand; undefined for `auto`. Throws `unknown-task`. */
export function gatesOfTask(manifest: Manifest, task: string): Gates | undefined {
  if (task === 'auto') return undefined
  const found = manifest.tasks.find(({ id }) => id === task)
  if (found) return found.gates
  const known = ['auto', ...manifest.tasks.map(({ id }) => id)].join(', ')
  throw new PetrichorError(
    'unknown-task',
    `“${manifest.name}” has no task “${task}”.`,
    `Choose one of: ${known}.`,
  )
}

/** The weight of each expert by name, averaged over the levels: what the network found in the photo. */
export function nameGates(manifest: Manifest, gates: Gates): Record<string, number> {
  if (gates.length === 0) return {}
  return Object.fromEntries(
    manifest.experts.map((name, expert) => [name, average(gates.map((row) => row[expert]!))]),
  )
}

function average(values: number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
