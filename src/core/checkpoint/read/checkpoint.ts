import { FileBytes } from './fileBytes'
import { readOldTorchFile } from './oldTorchFile'
import { PickleDict, PickleTensor, type PickleValue } from './pickleValues'
import { readSafetensors } from './safetensors'
import { itemsIn, itemSizes, type StoredTensor } from './storedTensor'
import { readTorchFile } from './torchFile'
import { unknownArchitecture, unreadable } from './unreadable'

/** A file of weights, open. */
export interface Checkpoint {
  /** The key that the weights were found under, such as `params` or `state_dict`; undefined if under none. */
  container: string | undefined
  /** The tensors by their names in the file. */
  tensors: Map<string, StoredTensor>
  close(): Promise<void>
}

/**
 * Keys under which training tools store the weights. Averaged ones come first: where they exist, published results were
 * measured with them.
 */
const containers = ['params_ema', 'params', 'state_dict', 'model_state_dict', 'model', 'net', 'model']

/**
 * Opens a file of weights and lists its tensors; their numbers are read later. Close it after use.
 *
 * Throws `not-found`, `unreadable`, `checkpoint-unreadable`, `checkpoint-unknown`.
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const file = await FileBytes.open(path)
  try {
    const found = await readTensors(file)
    refuseShared(found.tensors, file.size)
    return { ...found, close: () => file.close() }
  } catch (error) {
    await file.close()
    throw error
  }
}

async function readTensors(file: FileBytes): Promise<Omit<Checkpoint, 'close'>> {
  const start = await file.read(0, Math.min(file.size, 9))
  const text = Buffer.from(start).toString('latin1')
  // Two bytes are not enough: they may be the length of a safetensors header.
  if (text.startsWith('PK\x03\x04')) return findWeights(await readTorchFile(file))
  if (text[8] === '{') {
    return { container: undefined, tensors: await readSafetensors(file) }
  }
  if (text.startsWith('\x80')) return findWeights(await readOldTorchFile(file))
  throw unreadable('it is neither a file of torch.save nor of safetensors')
}

/** Refuses tensors that share storage: no known weights do, and a small file could become a gigantic model. */
function refuseShared(tensors: Map<string, StoredTensor>, size: number): void {
  let bytes = 0
  for (const tensor of tensors.values()) bytes += itemsIn(tensor.shape) * itemSizes[tensor.type]
  if (bytes > size) throw unreadable('its tensors share their numbers, and would be larger than the file')
}

function findWeights(root: PickleValue): Pick<Checkpoint, 'container' | 'tensors'> {
  if (!(root instanceof PickleDict)) throw unreadable('it holds no dict of tensors')
  // Beside a dict of weights there may be single tensors, such as the best score.
  for (const container of [...containers, undefined]) {
    const dict = container === undefined ? root : root.items.get(container)
    const tensors = dict instanceof PickleDict ? tensorsIn(dict) : undefined
    if (tensors?.size) return { container, tensors }
  }
  throw unknownArchitecture(
    'The checkpoint holds no weights where they are looked for.',
    `Expected a dict of tensors, or one under ${containers.join(', ')}; found ${[...root.items.keys()].slice(0, 20).join(', ') || 'nothing'}.`,
  )
}

function tensorsIn(dict: PickleDict): Map<string, StoredTensor> {
  const tensors = new Map<string, StoredTensor>()
  for (const [name, value] of dict.items) {
    if (!(value instanceof PickleTensor)) continue
    if (!value.stored) throw unreadable(`the numbers of “${name}” do not lie row by row`)
    tensors.set(String(name), value.stored)
  }
  return tensors
}
