import { z } from 'zod'
import { ImportedWeights, ModelId, Quality } from '../../shared/models'
import { Commercial } from '../../shared/photoUse'

/** Weights of the experts, one row for each of the L prompt modules, coarse to fine: [L][N]. */
const Gates = z.array(z.array(z.number()))
export type Gates = z.infer<typeof Gates>

/** What the channel attentions of a model average over a picture, all of them one after the other: [S]. */
export type Pools = Float32Array<ArrayBuffer>

/** `manifest.json` of a model folder; see docs/decisions/0002. */
export const Manifest = z
  .object({
    schemaVersion: z.literal(1),
    id: ModelId,
    name: z.string().min(1),
    version: z.string(),
    architecture: z.string(),
    /** SHA-256 of model.onnx, followed by model.onnx.data where there is one, in hexadecimal. */
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
    /** Height and width of `image` must be divisible by it. */
    multiple: z.number().int().min(1),
    /** Suggested side of a tile and what two neighbours share, in pixels. */
    tile: z.number().int().min(16),
    overlap: z.number().int().min(0),
    /** L; 0 for models without gates. */
    levels: z.number().int().min(0),
    /** k, the experts that are kept of the router's N. */
    kept: z.number().int().min(0),
    /** S, the means that the model's channel attentions take over a whole picture; 0 where none is an input. */
    pooled: z.number().int().min(0).default(0),
    /** Names of the N experts, in the order of the gates. */
    experts: z.array(z.string()),
    /** What can be asked for by hand: the gates that stand for it, as measured on known degradations. */
    tasks: z.array(z.object({ id: z.string(), label: z.string(), gates: Gates })),
    quality: z.array(Quality),
    /** Where the weights come from, in sentences. */
    training: z.string(),
    licence: z.string(),
    commercial: Commercial,
    imported: ImportedWeights.optional(),
  })
  .refine(({ tile, multiple }) => tile % multiple === 0, 'tile must be divisible by multiple')
  .refine(({ tile, overlap }) => overlap * 2 <= tile, 'overlap must be at most half a tile')
  .refine(
    ({ levels, kept, experts }) => levels === 0 || (kept >= 1 && kept <= experts.length),
    'of the experts at least one must be kept, and no more than there are',
  )
  .refine(
    ({ tasks, levels, experts }) =>
      tasks.every(
        ({ gates }) => gates.length === levels && gates.every((row) => row.length === experts.length),
      ),
    'the gates of every task must have a row for each level and a column for each expert',
  )
export type Manifest = z.infer<typeof Manifest>
