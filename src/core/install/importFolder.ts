import { constants } from 'node:fs'
import { copyFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isFile } from '../files/state'
import { findModel, type InstalledModel } from '../model/library'
import { installModel, type InstallOptions } from './installModel'

/** The files of a model; others in the folder are not copied. */
const files = ['model.onnx', 'model.onnx.data', 'README.md']

export interface FolderSettings {
  /** What the model shall be called; left out, as its manifest says. */
  name?: string
  /** What the user knows of the licence; left out, as its manifest says. */
  licence?: string
}

/**
 * Copies a model that is an ONNX file with its manifest (docs/decisions/0002) into a library. It appears there whole
 * and tested, or not at all; `path` is only read.
 *
 * Throws `model-not-found`, `model-invalid` if its manifest or checksum does not hold or it does not work, `disk-full`,
 * `destination-unwritable`, and the signal's reason.
 */
export async function importFolder(
  path: string,
  library: string,
  { name, licence }: FolderSettings = {},
  options: InstallOptions = {},
): Promise<InstalledModel> {
  const { folder, manifest } = await findModel(path, [])
  return installModel(
    library,
    async (target) => {
      for (const file of files) {
        options.signal?.throwIfAborted()
        // Skips pipes and devices, whose copy would never end.
        if (await isFile(join(folder, file))) {
          await copyFile(join(folder, file), join(target, file), constants.COPYFILE_FICLONE)
        }
      }
      return {
        ...manifest,
        name: name?.trim() || manifest.name,
        licence: licence?.trim() || manifest.licence,
      }
    },
    options,
  )
}
