import { mkdir, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PetrichorError } from '../../shared/errors'
import { diskError, systemCode } from '../files/fileErrors'
import { sizeOf } from '../files/state'
import { sweepLeftovers, temporaryName, withTemporary } from '../files/temporary'
import { type InstalledModel, listModels, weightsPath } from '../model/library'
import type { Manifest } from '../model/manifest'
import { selfTest } from '../model/selfTest'
import { loadSession } from '../model/session'

export interface InstallOptions {
  signal?: AbortSignal
  /** Other libraries whose ids are taken too. */
  otherLibraries?: string[]
}

/**
 * Installs a model in a library. `fill` writes its files into a folder and returns its manifest; where its id is taken,
 * the next free number is appended. The model appears whole and tested, or not at all; what a killed process left
 * behind is swept by the next import or removal.
 *
 * Throws what `fill` throws, `model-invalid` if the model does not load or run as its manifest says, `disk-full`,
 * `destination-unwritable`, and the signal's reason.
 */
export async function installModel(
  library: string,
  fill: (folder: string) => Promise<Manifest>,
  { signal, otherLibraries = [] }: InstallOptions = {},
): Promise<InstalledModel> {
  const temporary = join(library, `.${temporaryName()}.part`)
  try {
    await sweepLeftovers(library)
    return await withTemporary(temporary, async () => {
      await mkdir(temporary, { recursive: true })
      const manifest = await fill(temporary)
      await tryOut({ folder: temporary, manifest, bytes: 0 })
      signal?.throwIfAborted()
      return place(temporary, manifest, library, otherLibraries)
    })
  } catch (error) {
    throw diskError(error, library)
  }
}

async function tryOut(model: InstalledModel): Promise<void> {
  const session = await loadSession(model)
  try {
    await selfTest(session)
  } catch (cause) {
    throw new PetrichorError(
      'model-invalid',
      'The model can be read, but does not work.',
      'Its weights are damaged, or it is not what its manifest says.',
      cause,
    )
  } finally {
    await session.close()
  }
}

/** Gives the finished folder its name. */
async function place(
  folder: string,
  manifest: Manifest,
  library: string,
  otherLibraries: string[],
): Promise<InstalledModel> {
  const installed = await listModels([library, ...otherLibraries])
  const taken = new Set(installed.map((model) => model.manifest.id))
  for (let number = 1; ; number++) {
    const id = number === 1 ? manifest.id : `${manifest.id}-${number}`
    const target = join(library, id)
    if (taken.has(id) || (await sizeOf(target)) !== undefined) continue
    const named = { ...manifest, id }
    await writeFile(join(folder, 'manifest.json'), `${JSON.stringify(named, null, 2)}\n`, { flush: true })
    try {
      await rename(folder, target)
    } catch (error) {
      if (['EEXIST', 'ENOTEMPTY'].includes(systemCode(error) ?? '')) continue
      throw error
    }
    const bytes =
      ((await sizeOf(join(target, 'model.onnx'))) ?? 0) + ((await sizeOf(weightsPath(target))) ?? 0)
    return { folder: target, manifest: named, bytes }
  }
}
