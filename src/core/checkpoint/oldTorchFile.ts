import type { FileBytes } from './fileBytes'
import { readPickles } from './pickle'
import { PickleDict, PickleList, type PickleValue } from './pickleValues'
import { itemSizes } from './storedTensor'
import { mostPickleBytes } from './torchFile'
import { torchMeanings } from './torchPickle'
import { unreadable } from './unreadable'
import type { Extent } from './zip'

/** What every such file begins with, as the first of its pickles. */
const magic = 0x1950a86a20f9469cfc6cn
const version = 1001

/**
 * What a file holds that PyTorch wrote before 1.6 (2020), or later by `_use_new_zipfile_serialization=False`: five pickles
 * (magic number, version, the machine, the value, the keys of the storages), then each storage in the order of its key:
 * how many numbers it has, in 8 bytes, and the numbers (`_legacy_save` in torch/serialization.py).
 *
 * Throws `checkpoint-unreadable`.
 */
export async function readOldTorchFile(file: FileBytes): Promise<PickleValue> {
  const bytes = await file.read(0, Math.min(file.size, mostPickleBytes))
  // Where the storages lie is known only when all pickles are read, so they are read twice.
  const sizes = new Map<string, { items: number; itemSize: number }>()
  const { values, end } = readPickles(
    bytes,
    5,
    torchMeanings(file, (key, items, type) => {
      sizes.set(key, { items, itemSize: itemSizes[type] })
      return { offset: 0, length: items * itemSizes[type] }
    }),
  )
  const [number, format, machine, , keys] = values
  if (number !== magic || format !== version || !(keys instanceof PickleList)) {
    throw unreadable('it is a pickle, but not one of torch.save')
  }
  if (!(machine instanceof PickleDict) || machine.items.get('little_endian') !== true) {
    throw unreadable('its numbers are big-endian')
  }

  const extents = new Map<string, Extent>()
  let offset = end
  for (const key of keys.items) {
    const size = typeof key === 'string' ? sizes.get(key) : undefined
    if (typeof key !== 'string' || !size) throw unreadable('it holds a storage that nothing belongs to')
    const items = new DataView((await file.read(offset, 8)).buffer).getBigInt64(0, true)
    if (items !== BigInt(size.items)) throw unreadable(`its storage “${key}” has another size than it says`)
    const length = size.items * size.itemSize
    extents.set(key, { offset: offset + 8, length })
    offset += 8 + length
  }
  if (offset !== file.size) throw unreadable('its size is not what its pickles say')
  return readPickles(
    bytes,
    4,
    torchMeanings(file, (key) => extents.get(key)),
  ).values[3]!
}
