/** Execution providers of ONNX Runtime, and what came of trying them. */
import { z } from 'zod'

/** What ONNX Runtime can run models on, and what people call it. */
export const providerNames = {
  coreml: 'CoreML',
  dml: 'DirectML',
  cuda: 'CUDA',
  webgpu: 'WebGPU',
  cpu: 'CPU',
} as const
export type Provider = keyof typeof providerNames

/** What a provider is called where a person reads it; the id itself for one that is not among `providerNames`. */
export function providerName(provider: string): string {
  return (providerNames as Record<string, string>)[provider] ?? provider
}

export const providers = Object.keys(providerNames) as [Provider, ...Provider[]]

/** Stable names of what keeps an execution provider from being trusted; translations may rely on them. */
export const causeCodes = [
  'wrong-picture',
  'wrong-gates',
  'slower',
  'elsewhere',
  'no-libraries',
  'no-adapter',
  'crashed',
  'silent',
  'senseless',
  'failed',
] as const

/**
 * Why a provider is set aside: a code, and how much, how long or what the system said, '' where there is no such thing.
 */
export const Cause = z.object({ code: z.enum(causeCodes), value: z.string() })
export type Cause = z.infer<typeof Cause>

/** What came of trying a provider with a model. */
export const Verdict = z.object({
  provider: z.enum(providers),
  trusted: z.boolean(),
  /** Why it is set aside, a clause for people; '' if it is trusted. */
  reason: z.string(),
  /** The same for translations; absent if it is trusted. */
  cause: Cause.optional(),
  /** How fast it ran the model in the trial; absent where it did not come so far. */
  megapixelsPerSecond: z.number().optional(),
})
export type Verdict = z.infer<typeof Verdict>
