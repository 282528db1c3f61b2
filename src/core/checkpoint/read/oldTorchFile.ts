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
 * What a file holds that PyTorch wrote before 1.6 (2020), or later by `_use_new_zipfile_serialization=False`: five
 * pickles (magic number, version, the machine, the value, the keys of the storages), then each storage in the order of
 * its key: how many numbers it has, in 8 bytes, and the numbers (`_legacy_save` in torch/serialization.py).
 *
 * Throws `checkpoint-unreadable`.
 */
export async function readOldTorchFile(file: FileBytes): Promise<PickleValue> {
  const bytes = await file.read(0, Math.min(file.size, mostPickleBytes))
  // The offsets of storages are known only after all pickles, so the pickles are read twice.
  const { storages, end } = listStorages(bytes, file)

  const extents = new Map<string, Extent>()
  let offset = end
  for (const { key, items, itemSize } of storages) {
    const found = new DataView((await file.read(offset, 8)).buffer).getBigInt64(0, true)
    if (found !== BigInt(items)) throw unreadable(`its storage “${key}” has another size than it says`)
    const length = items * itemSize
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

interface ListedStorage {
  key: string
  /** How many numbers it has. */
  items: number
  /** Bytes of each. */
  itemSize: number
}

/** The storages in the order in which they lie, and where the pickles end. */
function listStorages(bytes: Uint8Array, file: FileBytes): { storages: ListedStorage[]; end: number } {
  const mentioned = new Map<string, ListedStorage>()
  const { values, end } = readPickles(
    bytes,
    5,
    torchMeanings(file, (key, items, type) => {
      mentioned.set(key, { key, items, itemSize: itemSizes[type] })
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
  const storages = keys.items.map((key) => {
    const storage = typeof key === 'string' ? mentioned.get(key) : undefined
    if (!storage) throw unreadable('it holds a storage that nothing belongs to')
    return storage
  })
  return { storages, end }
}
