import { basename, extname } from 'node:path'
import { noLicence } from '../../shared/models'
import type { RecognisedArchitecture } from '../checkpoint/architectures/family'
import { recogniseArchitecture } from '../checkpoint/architectures/recognise'
import { writeModel, type WriteOptions } from '../checkpoint/onnx/writeModel'
import { openCheckpoint } from '../checkpoint/read/checkpoint'
import type { InstalledModel } from '../model/library'
import type { Manifest } from '../model/manifest'
import { installModel, type InstallOptions } from './installModel'

export interface ImportSettings {
  /** What the model shall be called; left out, as the file. */
  name?: string
  /** k, the experts that are kept; left out, as the file suggests. */
  kept?: number
  /** What the user knows of the licence. */
  licence?: string
}

/** What a file of weights holds. */
export type CheckpointSummary = Pick<
  RecognisedArchitecture,
  | 'architecture'
  | 'label'
  | 'width'
  | 'blocks'
  | 'description'
  | 'parameters'
  | 'experts'
  | 'kept'
  | 'keptBecause'
>

export interface ImportResult extends CheckpointSummary {
  model: InstalledModel
}

/** What two tiles share, in pixels. */
const overlap = 64

/**
 * Says what model a file holds, without importing it.
 *
 * Throws `not-found`, `unreadable`, `checkpoint-unreadable`, `checkpoint-unknown`.
 */
export async function inspectWeights(path: string, kept?: number): Promise<CheckpointSummary> {
  const checkpoint = await openCheckpoint(path)
  try {
    return summaryOf(recogniseArchitecture(checkpoint, kept))
  } finally {
    await checkpoint.close()
  }
}

/**
 * Makes a model folder in `library` of a file of weights. The folder appears whole and tested, or not at all.
 *
 * Throws what `inspectWeights` throws, `model-invalid` if the model does not work, `disk-full`,
 * `destination-unwritable`, and the signal's reason.
 */
export async function importWeights(
  path: string,
  library: string,
  settings: ImportSettings = {},
  options: InstallOptions & WriteOptions = {},
): Promise<ImportResult> {
  const checkpoint = await openCheckpoint(path)
  try {
    const recognised = recogniseArchitecture(checkpoint, settings.kept)
    const name = settings.name?.trim() || basename(path, extname(path))
    const fill = async (folder: string) => {
      const sha256 = await writeModel(folder, { ...recognised, name }, options)
      return manifestOf(recognised, { name, sha256, file: basename(path), licence: settings.licence })
    }
    return { ...summaryOf(recognised), model: await installModel(library, fill, options) }
  } finally {
    await checkpoint.close()
  }
}

function summaryOf(recognised: RecognisedArchitecture): CheckpointSummary {
  const { architecture, label, width, blocks, description, parameters, experts, kept, keptBecause } =
    recognised
  return { architecture, label, width, blocks, description, parameters, experts, kept, keptBecause }
}

/** What the file does not say of a model that is made of it. */
interface Naming {
  name: string
  /** Of the written model. */
  sha256: string
  /** Name of the file of weights. */
  file: string
  licence: string | undefined
}

function manifestOf(recognised: RecognisedArchitecture, { name, sha256, file, licence }: Naming): Manifest {
  const { architecture, label, width, blocks, description } = recognised
  const { multiple, tile, levels, experts, kept, pooled, keptBecause } = recognised
  const why = keptBecause === '' ? '' : ` ${kept} of ${experts} experts are kept: ${keptBecause}.`
  return {
    schemaVersion: 1,
    id: slug(name),
    name,
    version: '1.0.0',
    architecture,
    sha256,
    multiple,
    tile,
    overlap,
    levels,
    kept,
    pooled,
    experts: Array.from({ length: experts }, (_, index) => `expert ${index + 1}`),
    // Nobody has measured what the experts stand for.
    tasks: [],
    quality: [],
    training: `Imported from ${file}: ${description}.${why}`,
    licence: licence?.trim() || noLicence,
    imported: { file, label, width, blocks },
  }
}

/** Turns a name into an id: small letters, digits and hyphens. */
function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  return (
    plain
      .replace(/^-+|-+$/g, '')
      .slice(0, 60)
      .replace(/-+$/, '') || 'model'
  )
}
