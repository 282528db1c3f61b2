import { stat } from 'node:fs/promises'
import { PetrichorError } from '../../shared/errors'
import type { Importable } from '../../shared/models'
import type { WriteOptions } from '../checkpoint/onnx/writeModel'
import { isFolder } from '../files/state'
import { findModel, type InstalledModel } from '../model/library'
import { importFolder } from './importFolder'
import { type ImportSettings, importWeights, inspectWeights } from './importWeights'
import type { InstallOptions } from './installModel'

/** What a file or a folder holds; without a name where only the file's own can stand for it. */
export type Inspection = Omit<Importable, 'ticket' | 'file' | 'name'> & { name?: string }

export interface ImportedModel {
  model: InstalledModel
  /** For people, in English: what it was made of. */
  description: string
  /** For people: why as many experts are kept; '' where nothing had to be decided. */
  keptBecause: string
}

/**
 * Says what model a path holds, without importing it: a file of published weights, or a folder with an ONNX file and
 * its manifest.
 *
 * Throws `not-found`, `unreadable`, `checkpoint-unreadable`, `checkpoint-unknown`, `model-not-found`, `model-invalid`.
 */
export async function inspectModel(path: string): Promise<Inspection> {
  if (await isFolder(path)) return inspectFolder(path)
  const { architecture, label, width, blocks, description, parameters, experts, kept } =
    await inspectWeights(path)
  const { size: bytes } = await stat(path)
  const kind = { label, width, blocks }
  return { architecture, kind, description, parameters, experts, kept, canChooseKept: experts > 1, bytes }
}

/**
 * Makes an installed model of what a path holds, under an id that no other library has. It appears whole and tested, or
 * not at all; the path is only read, and nothing in it is executed.
 *
 * Throws what `inspectModel` throws, `invalid-call` where experts are chosen for an ONNX file, `disk-full`,
 * `destination-unwritable`, and the signal's reason.
 */
export async function importModel(
  path: string,
  library: string,
  settings: ImportSettings = {},
  options: InstallOptions & WriteOptions = {},
): Promise<ImportedModel> {
  if (!(await isFolder(path))) return importWeights(path, library, settings, options)
  const { kept, ...named } = settings
  if (kept !== undefined) {
    throw new PetrichorError(
      'invalid-call',
      'An ONNX model keeps as many experts as it was made with.',
      'Leave --kept out.',
    )
  }
  const model = await importFolder(path, library, named, options)
  return { model, description: `${model.manifest.name}, ${model.manifest.architecture}`, keptBecause: '' }
}

async function inspectFolder(folder: string): Promise<Inspection> {
  const { manifest, bytes } = await findModel(folder, [])
  const { name, architecture, training, experts, kept, licence, commercial } = manifest
  return {
    name,
    architecture,
    description: training,
    parameters: Math.round(bytes / bytesOfParameter),
    experts: experts.length,
    kept,
    // An ONNX model keeps as many as it was made with.
    canChooseKept: false,
    licence,
    commercial,
    bytes,
  }
}

/** Weights are stored as 32-bit numbers; the graph beside them is small. */
const bytesOfParameter = 4
