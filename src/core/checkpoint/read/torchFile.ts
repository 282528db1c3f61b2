import type { FileBytes } from './fileBytes'
import { readPickle } from './pickle'
import type { PickleValue } from './pickleValues'
import { torchMeanings } from './torchPickle'
import { unreadable } from './unreadable'
import { readZip } from './zip'

/** That of a model with the state of its optimiser is about 1 MB. */
export const mostPickleBytes = 32 * 2 ** 20

/**
 * What a file of `torch.save` holds, PyTorch 1.6 and later: a zip archive with `data.pkl`, one entry `data/<key>` for
 * each storage, and the byte order (torch/serialization.py). All lies in one folder, named as the author liked.
 *
 * Throws `checkpoint-unreadable`.
 */
export async function readTorchFile(file: FileBytes): Promise<PickleValue> {
  const entries = await readZip(file)
  const pickles = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name))
  const [name] = pickles
  if (pickles.length !== 1 || !name) throw unreadable('it is a zip archive, but not one of torch.save')
  const folder = name.slice(0, -'data.pkl'.length)
  if (entries.has(`${folder}constants.pkl`)) {
    throw unreadable('it is a TorchScript program, which would have to be run')
  }

  const byteOrder = entries.get(`${folder}byteorder`)
  if (byteOrder) {
    const text = Buffer.from(await file.read(byteOrder.offset, Math.min(byteOrder.length, 16))).toString()
    if (text !== 'little') throw unreadable('its numbers are big-endian')
  }
  const { offset, length } = entries.get(name)!
  if (length > mostPickleBytes) throw unreadable('its pickle is too long')
  const storageOf = (key: string) => entries.get(`${folder}data/${key}`)
  return readPickle(await file.read(offset, length), torchMeanings(file, storageOf))
}
