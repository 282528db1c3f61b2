import { createHash } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { PetrichorError } from '../errors'
import { Manifest } from './manifest'

/** A network folder that was found and whose manifest holds. */
export interface InstalledModel {
  folder: string
  manifest: Manifest
  /** Size of model.onnx. */
  bytes: number
}

/** All networks in the folders below these; a folder that is no network is passed over. */
export async function listModels(libraries: string[]): Promise<InstalledModel[]> {
  const models: InstalledModel[] = []
  for (const library of libraries) {
    const entries = await readdir(library, { withFileTypes: true }).catch(() => [])
    for (const entry of entries.filter((entry) => entry.isDirectory())) {
      const model = await readModel(join(library, entry.name)).catch(() => undefined)
      if (model) models.push(model)
    }
  }
  return models
}

/**
 * The network that is meant by an id or by the path of its folder.
 *
 * Throws `model-not-found` or `model-invalid`.
 */
export async function findModel(idOrFolder: string, libraries: string[]): Promise<InstalledModel> {
  for (const library of libraries) {
    const folder = join(library, idOrFolder)
    if (/^[a-z0-9-]+$/.test(idOrFolder) && (await isModelFolder(folder))) return readModel(folder)
  }
  const folder = resolve(idOrFolder)
  if (await isModelFolder(folder)) return readModel(folder)
  throw new PetrichorError(
    'model-not-found',
    `There is no network “${idOrFolder}”.`,
    'Give the id of an installed network, or a folder with manifest.json and model.onnx.',
  )
}

/** The bytes of the network, checked against its manifest. Throws `model-invalid`. */
export async function readWeights(model: InstalledModel): Promise<Uint8Array> {
  const bytes = await readFile(join(model.folder, 'model.onnx'))
  if (createHash('sha256').update(bytes).digest('hex') !== model.manifest.sha256) {
    throw invalid(model.folder, 'model.onnx is not the file that the manifest describes')
  }
  return bytes
}

async function readModel(folder: string): Promise<InstalledModel> {
  try {
    const manifest = Manifest.parse(JSON.parse(await readFile(join(folder, 'manifest.json'), 'utf8')))
    const { size } = await stat(join(folder, 'model.onnx'))
    return { folder, manifest, bytes: size }
  } catch (cause) {
    throw invalid(folder, cause)
  }
}

async function isModelFolder(folder: string): Promise<boolean> {
  return stat(join(folder, 'manifest.json')).then(
    (found) => found.isFile(),
    () => false,
  )
}

function invalid(folder: string, cause: unknown): PetrichorError {
  return new PetrichorError(
    'model-invalid',
    `The network in “${folder}” is damaged or not made for Petrichor.`,
    'Install it again.',
    cause,
  )
}
