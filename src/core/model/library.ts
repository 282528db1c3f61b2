import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { readdir, readFile, stat } from 'node:fs/promises'
import { basename, join, resolve } from 'node:path'
import { PetrichorError } from '../../shared/errors'
import { isFile, sizeOf } from '../files/state'
import { Manifest } from './manifest'

/** A model folder with a valid manifest. */
export interface InstalledModel {
  folder: string
  manifest: Manifest
  /** Size of model.onnx, with model.onnx.data where there is one. */
  bytes: number
}

/** Lists the models in these libraries, in this order; folders that are no models are skipped. */
export async function listModels(libraries: string[]): Promise<InstalledModel[]> {
  const models: InstalledModel[] = []
  for (const library of libraries) {
    const entries = await readdir(library, { withFileTypes: true }).catch(() => [])
    // Hidden folders are models that are being installed or removed.
    for (const entry of entries.filter(({ name }) => !name.startsWith('.'))) {
      const model = await readModel(join(library, entry.name)).catch(() => undefined)
      if (model) models.push(model)
    }
  }
  return models
}

/**
 * Finds a model by its id or by the path of its folder; an id takes precedence over a folder of that name.
 *
 * Throws `model-not-found` or `model-invalid`.
 */
export async function findModel(idOrFolder: string, libraries: string[]): Promise<InstalledModel> {
  const installed = (await listModels(libraries)).find(({ manifest }) => manifest.id === idOrFolder)
  if (installed) return installed

  // A broken installed model is found by the name of its folder, so that the error names it.
  const named = basename(idOrFolder) === idOrFolder ? libraries : []
  for (const folder of [...named.map((library) => join(library, idOrFolder)), resolve(idOrFolder)]) {
    if (await isFile(join(folder, 'manifest.json'))) return readModel(folder)
  }
  throw new PetrichorError(
    'model-not-found',
    `There is no model “${idOrFolder}”.`,
    'Give the id of an installed model, or a folder with manifest.json and model.onnx.',
  )
}

/**
 * Reads a model and checks it against its manifest's hash. Returns the bytes of model.onnx; or, where the weights are
 * in model.onnx.data, the path of model.onnx, because ONNX Runtime finds external weights only from there. Throws
 * `model-invalid`.
 */
export async function readWeights(model: InstalledModel): Promise<Uint8Array | string> {
  const path = join(model.folder, 'model.onnx')
  const bytes = await readFile(path)
  const hash = createHash('sha256').update(bytes)
  const external = ((await sizeOf(weightsPath(model.folder))) ?? 0) > 0
  if (external) for await (const chunk of createReadStream(weightsPath(model.folder))) hash.update(chunk)
  if (hash.digest('hex') !== model.manifest.sha256) {
    throw invalid(model.folder, 'model.onnx is not the file that the manifest describes')
  }
  return external ? path : bytes
}

/** The path of a model's external weights, which are too large for model.onnx. */
export function weightsPath(folder: string): string {
  return join(folder, 'model.onnx.data')
}

async function readModel(folder: string): Promise<InstalledModel> {
  try {
    const manifest = Manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')))
    const { size } = await stat(join(folder, 'model.onnx'))
    return { folder, manifest, bytes: size + ((await sizeOf(weightsPath(folder))) ?? 0) }
  } catch (cause) {
    throw invalid(folder, cause)
  }
}

function invalid(folder: string, cause: unknown): PetrichorError {
  return new PetrichorError(
    'model-invalid',
    `The model in “${folder}” is damaged or not made for Petrichor.`,
    'Install it again.',
    cause,
  )
}
