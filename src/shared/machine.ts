/** The machine, what of it restoring may use, and the state of the process that restores. */
import { z } from 'zod'

export const Machine = z.object({
  processor: z.string(),
  cores: z.number(),
  /** Bytes. */
  memory: z.number(),
  freeMemory: z.number(),
  system: z.string(),
  electron: z.string(),
})
export type Machine = z.infer<typeof Machine>

/** Sides of a tile that can be set, in pixels. */
export const tileSides = { least: 64, most: 4096 } as const
/** Memory in bytes that can be set as the least. */
export const leastMemory = 1e8
/**
 * Width × height of the largest photo that is opened: the least that can be set, and the default, more than any camera
 * makes.
 */
export const pixelLimits = { least: 1e6, default: 1e9 } as const

/** What of the machine restoring may use; null is automatic. */
export const Allowance = z.object({
  /** Side of a tile, in pixels. */
  tile: z.number().int().min(tileSides.least).max(tileSides.most).nullable(),
  /** Bytes that reading or writing a photo may hold. */
  memory: z.number().min(leastMemory).nullable(),
  /** Width × height of the largest photo that is opened. */
  pixels: z.number().int().min(pixelLimits.least).nullable().default(null),
})
export type Allowance = z.infer<typeof Allowance>

export const EngineStatus = z.object({
  state: z.enum(['starting', 'ready', 'stopped']),
  /** Why it stopped: it ended by itself, its program is missing, or it did not start. */
  reason: z.enum(['ended', 'missing', 'unstartable']).optional(),
  /** An exit code, a signal or a message of the system. */
  how: z.string().optional(),
})
export type EngineStatus = z.infer<typeof EngineStatus>
