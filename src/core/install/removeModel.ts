import { rename } from 'node:fs/promises'
import { join } from 'node:path'
import { PetrichorError } from '../../shared/errors'
import { diskError } from '../files/fileErrors'
import { sweepLeftovers, temporaryName, withTemporary } from '../files/temporary'
import { listModels } from '../model/library'

/**
 * Removes an imported model: at once from the list, then from the disk.
 *
 * Throws `model-not-found` if no model of that id is in this library, `destination-unwritable`.
 */
export async function removeModel(id: string, library: string): Promise<void> {
  const found = (await listModels([library])).find(({ manifest }) => manifest.id === id)
  if (!found) {
    throw new PetrichorError(
      'model-not-found',
      `No imported model is called “${id}”.`,
      'Give the id of one that was imported; those that came with Petrichor stay.',
    )
  }
  await sweepLeftovers(library)
  const doomed = join(library, `.${temporaryName()}.part`)
  await withTemporary(doomed, () => rename(found.folder, doomed)).catch((error: unknown) => {
    throw diskError(error, library)
  })
}
