/** Models as every side knows them: installed ones, and files that can become one. */
import { z } from 'zod'
import { Commercial } from './photoUse'

/** What stands for the licence where nobody has said any. */
export const noLicence = 'Not stated; ask the authors of the weights.'

/** Extensions of files that hold weights, without their dots. */
export const weightExtensions = ['pth', 'pt', 'ckpt', 'safetensors']

/** Architectures whose published weights can be imported; `core/checkpoint/architectures` builds each. */
export const importableArchitectures = ['PromptIR', 'CPL', 'Restormer', 'NAFNet'] as const
export type ImportableArchitecture = (typeof importableArchitectures)[number]

/** Ids of models: small letters, digits and hyphens. */
export const ModelId = z.string().regex(/^[a-z0-9][a-z0-9-]*$/)

/** What was measured of a model on a benchmark. */
export const Quality = z.object({
  benchmark: z.string(),
  metric: z.string(),
  degraded: z.number(),
  restored: z.number(),
})

/** What architecture weights are for, by its name and sizes. */
export const ArchitectureSummary = z.object({
  label: z.string(),
  width: z.number().int(),
  blocks: z.string(),
})
export type ArchitectureSummary = z.infer<typeof ArchitectureSummary>

/** The file of weights that a model was imported from, and what that held. */
export const ImportedWeights = ArchitectureSummary.extend({ file: z.string() })

/** How fast a model works through a photo on this machine. */
export const Speed = z.object({
  /** Of a photo's own pixels; what neighbouring tiles share is not counted twice. */
  megapixelsPerSecond: z.number(),
  /** Execution provider that ran it. */
  provider: z.string(),
})
export type Speed = z.infer<typeof Speed>

/** A model as the window shows it. */
export const Model = z.object({
  id: z.string(),
  name: z.string(),
  version: z.string(),
  architecture: z.string(),
  /** Names of its experts; empty for models without gates. */
  experts: z.array(z.string()),
  tasks: z.array(z.object({ id: z.string(), label: z.string() })),
  bytes: z.number(),
  /** Where its weights come from, in its maker's sentences. */
  training: z.string(),
  imported: ImportedWeights.optional(),
  /** '' where nobody has said any. */
  licence: z.string(),
  commercial: Commercial,
  /** Whether the user imported it, and may remove it. */
  removable: z.boolean(),
  quality: z.array(Quality),
  /** As it was last measured here; absent where it never was. */
  speed: Speed.optional(),
})
export type Model = z.infer<typeof Model>

/** What a file of weights or a folder holds, before it is imported. */
export const Importable = z.object({
  /** Stands for the file when it is imported. */
  ticket: z.string(),
  file: z.string(),
  /** What it will be called unless another name is given. */
  name: z.string(),
  bytes: z.number(),
  architecture: z.string(),
  /** Absent for a model that is an ONNX file; that is described by its maker. */
  kind: ArchitectureSummary.optional(),
  description: z.string(),
  parameters: z.number(),
  /** How many experts it has, how many of them are kept by default, and whether that can be chosen. */
  experts: z.number(),
  kept: z.number(),
  canChooseKept: z.boolean(),
  /** What its maker says; a file of weights says nothing. */
  licence: z.string().optional(),
  commercial: Commercial,
})
export type Importable = z.infer<typeof Importable>

export const longestModelName = 80
export const longestLicence = 2000

/** What the user says of a model that is to be imported. */
export const ImportRequest = z.object({
  ticket: z.string(),
  name: z.string().trim().min(1).max(longestModelName),
  licence: z.string().trim().max(longestLicence),
  /** How many experts are kept; left out, as the file suggests. */
  kept: z.number().int().min(1).optional(),
})
export type ImportRequest = z.infer<typeof ImportRequest>
