import { randomUUID } from 'node:crypto'
import { mkdir, rename, stat, writeFile } from 'node:fs/promises'
import { basename, extname, join } from 'node:path'
import { PetrichorError } from '../errors'
import type { InstalledModel } from '../model/library'
import type { Manifest } from '../model/manifest'
import { loadNetwork } from '../model/session'
import { diskError, systemCode } from '../photo/diskErrors'
import { withTemporary } from '../photo/temporary'
import { openCheckpoint } from './checkpoint'
import { type RecognisedNetwork, recogniseNetwork } from './networks/recognise'
import { type WriteOptions, writeModel } from './onnx/writeModel'

export interface ImportSettings {
  /** What the network shall be called; left out, as the file. */
  name?: string
  /** k, the experts that are kept; left out, as the file speaks for. */
  kept?: number
  /** What the user knows of the licence. */
  licence?: string
}

/** What a file turned out to hold. */
export type CheckpointSummary = Pick<
  RecognisedNetwork,
  'architecture' | 'description' | 'parameters' | 'experts' | 'kept' | 'keptBecause'
>

export interface ImportedModel extends CheckpointSummary {
  model: InstalledModel
}

/** Suggested side of a tile and overlap: 256 pixels keep the largest known network near 1 GB of memory. */
const tile = 256
const overlap = 64
/** Side of the picture of the self-test. */
const testSide = 32

/**
 * Say what network is in a file, without importing it.
 *
 * Throws `not-found`, `unreadable`, `checkpoint-unreadable`, `checkpoint-unknown`.
 */
export async function inspectCheckpoint(path: string, kept?: number): Promise<CheckpointSummary> {
  const checkpoint = await openCheckpoint(path)
  try {
    return summaryOf(recogniseNetwork(checkpoint, kept))
  } finally {
    await checkpoint.close()
  }
}

/**
 * Make a network folder in `library` of a file of weights. The folder appears whole and tested, or not at all.
 *
 * Throws what `inspectCheckpoint` throws, `model-invalid` or `bad-result` if the network does not run, `disk-full`,
 * `destination-unwritable`, and the signal's reason.
 */
export async function importCheckpoint(
  path: string,
  library: string,
  settings: ImportSettings = {},
  options: WriteOptions = {},
): Promise<ImportedModel> {
  const checkpoint = await openCheckpoint(path)
  const temporary = join(library, `.petrichor-${randomUUID()}.part`)
  try {
    const network = recogniseNetwork(checkpoint, settings.kept)
    const name = settings.name?.trim() || basename(path, extname(path))
    return await withTemporary(temporary, async () => {
      await mkdir(temporary, { recursive: true })
      const sha256 = await writeModel(temporary, { ...network, name }, options)
      const written = {
        folder: temporary,
        bytes: 0,
        manifest: manifestOf(network, name, sha256, settings, path),
      }
      await selfTest(written)
      options.signal?.throwIfAborted()
      return { ...summaryOf(network), model: await install(written, library) }
    })
  } catch (error) {
    throw diskError(error, library)
  } finally {
    await checkpoint.close()
  }
}

function summaryOf(network: RecognisedNetwork): CheckpointSummary {
  const { architecture, description, parameters, experts, kept, keptBecause } = network
  return { architecture, description, parameters, experts, kept, keptBecause }
}

function manifestOf(
  network: RecognisedNetwork,
  name: string,
  sha256: string,
  { licence }: ImportSettings,
  path: string,
): Manifest {
  const { architecture, description, multiple, levels, experts, kept, keptBecause } = network
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
    experts: Array.from({ length: experts }, (_, index) => `expert ${index + 1}`),
    // Nobody has measured what the experts stand for.
    tasks: [],
    quality: [],
    training: `Imported from ${basename(path)}: ${description}.${why}`,
    licence: licence?.trim() || 'Not stated; ask the authors of the weights.',
  }
}

/** One small picture through the network: it must load, run, and give numbers. */
async function selfTest(model: InstalledModel): Promise<void> {
  const network = await loadNetwork(model)
  try {
    const picture = Float32Array.from({ length: 3 * testSide * testSide }, (_, index) => (index % 97) / 97)
    const { restored, gates } = await network.run(picture, testSide, testSide)
    if (!restored.every(Number.isFinite) || !gates.flat().every(Number.isFinite)) {
      throw new PetrichorError(
        'bad-result',
        'The network was read, but gives impossible results.',
        'The weights are damaged or not for this kind of network.',
      )
    }
  } finally {
    await network.close()
  }
}

/** Give the finished folder its name, with the next free number if that is taken. */
async function install({ folder, manifest }: InstalledModel, library: string): Promise<InstalledModel> {
  for (let number = 1; ; number++) {
    const id = number === 1 ? manifest.id : `${manifest.id}-${number}`
    const target = join(library, id)
    if (await exists(target)) continue
    const named = { ...manifest, id }
    await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(named, null, 2)}\n`, { flush: true })
    try {
      await rename(folder, target)
    } catch (error) {
      if (['EEXIST', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) continue
      throw error
    }
    return { folder: target, manifest: named, bytes: await bytesIn(target) }
  }
}

async function bytesIn(folder: string): Promise<number> {
  const sizes = await Promise.all(
    ['model.onnx', 'model.onnx.data'].map(async (name) => (await stat(join(folder, name))).size),
  )
  return sizes.reduce((sum, size) => sum + size, 0)
}

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}

/** A name as an id: small letters, digits and hyphens. */
function slug(name: string): string {
  const plain = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
  return (
    plain
      .replace(/^-+|-+$/g, '')
      .slice(0, 60)
      .replace(/-+$/, '') || 'network'
  )
}
