import type { Allowance } from '../../shared/machine'
import { defaultLimits, type Limits } from '../photo/limits'

/** What a photo may ask of the machine, as far as it was said; the rest is automatic. */
export function limitsOf({ memory, pixels }: Partial<Allowance>): Limits {
  return { memory: memory ?? defaultLimits.memory, pixels: pixels ?? defaultLimits.pixels }
}
