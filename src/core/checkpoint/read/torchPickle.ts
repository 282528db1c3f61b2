import type { FileBytes } from './fileBytes'
import type { PickleMeanings } from './pickle'
import {
  PickleDict,
  PickleGlobal,
  PickleList,
  PickleStorage,
  PickleTensor,
  type PickleValue,
} from './pickleValues'
import { itemsIn, itemSizes, type ItemType } from './storedTensor'
import { unreadable } from './unreadable'
import type { Extent } from './zip'

/** Classes of storages, by which PyTorch says the type of the numbers (torch/storage.py). */
const storageTypes: Record<string, ItemType> = {
  'torch.DoubleStorage': 'float64',
  'torch.FloatStorage': 'float32',
  'torch.HalfStorage': 'float16',
  'torch.BFloat16Storage': 'bfloat16',
  'torch.LongStorage': 'int64',
  'torch.IntStorage': 'int32',
  'torch.ShortStorage': 'int16',
  'torch.CharStorage': 'int8',
  'torch.ByteStorage': 'uint8',
  'torch.BoolStorage': 'bool',
}

/** Classes that are dicts to us. Their objects hold settings and states of trainers; only the first holds weights. */
const dictClasses = new Set([
  'collections.OrderedDict',
  'collections.defaultdict',
  'collections.Counter',
  'argparse.Namespace',
  'numpy.dtype',
  'pytorch_lightning.utilities.parsing.AttributeDict',
  'lightning.pytorch.utilities.parsing.AttributeDict',
  'lightning.fabric.utilities.data.AttributeDict',
  'lightning_fabric.utilities.data.AttributeDict',
])

/**
 * Callables whose result can be read as the list of their arguments: sets, sizes, paths, NumPy numbers, encoded bytes.
 */
const listClasses = new Set([
  'builtins.set',
  '__builtin__.set',
  'builtins.frozenset',
  '__builtin__.frozenset',
  'numpy.core.multiarray.scalar',
  'numpy._core.multiarray.scalar',
  'torch.Size',
  'torch.device',
  'pathlib.Path',
  'pathlib.PosixPath',
  'pathlib.WindowsPath',
  '_codecs.encode',
])

/** Where the bytes of a storage lie, by its key; undefined where it has none. */
export type StorageOf = (key: string, items: number, type: ItemType) => Extent | undefined

/**
 * What the calls and references in a pickle of `torch.save` mean: tensors are told by where their bytes lie. Each
 * throws `checkpoint-unreadable`, which names what is asked for and unknown.
 */
export function torchMeanings(file: FileBytes, storageOf: StorageOf): PickleMeanings {
  return {
    call(name, args) {
      if (name === 'torch._utils._rebuild_tensor_v2') return tensor(args)
      if (name === 'torch._utils._rebuild_parameter') return parameter(args)
      if (dictClasses.has(name)) return dict(args)
      if (listClasses.has(name)) return new PickleList(args)
      throw unreadable(`it asks for “${name}” to be run, which Petrichor never does`)
    },
    persistent: (id) => storage(id, file, storageOf),
  }
}

/** ('storage', class, key, where it was, how many numbers); old files add None, or that it is a part of another. */
function storage(id: PickleValue, file: FileBytes, storageOf: StorageOf): PickleStorage {
  const [tag, kind, key, , items, part = null] = id instanceof PickleList ? id.items : []
  const known = tag === 'storage' && kind instanceof PickleGlobal && typeof key === 'string'
  if (!known || !isCount(items) || part !== null) {
    throw unreadable('its pickle describes a storage in no known way')
  }
  const type = Object.hasOwn(storageTypes, kind.name) ? storageTypes[kind.name] : undefined
  if (!type) throw unreadable(`it holds numbers of a kind that is not known here: “${kind.name}”`)
  const extent = storageOf(key, items, type)
  if (!extent || items * itemSizes[type] > extent.length) {
    throw unreadable(`its storage “${key}” is missing or shorter than it says`)
  }
  return new PickleStorage(type, items, file, extent.offset)
}

/** (storage, first number, shape, strides, …). */
function tensor([storage, start, shapeList, strideList]: PickleValue[]): PickleTensor {
  const shape = counts(shapeList)
  const strides = counts(strideList)
  if (!(storage instanceof PickleStorage) || !isCount(start) || !shape || strides?.length !== shape.length) {
    throw unreadable('its pickle describes a tensor in no known way')
  }
  const items = itemsIn(shape)
  const span = items === 0 ? 0 : shape.reduce((sum, side, axis) => sum + (side - 1) * strides[axis]!, 1)
  if (!(start + span <= storage.items)) throw unreadable('a tensor reaches beyond its storage')
  if (!isRowByRow(shape, strides)) return new PickleTensor(undefined)
  const { file, type } = storage
  return new PickleTensor({ file, type, shape, offset: storage.offset + start * itemSizes[type] })
}

function parameter([value]: PickleValue[]): PickleTensor {
  if (value instanceof PickleTensor) return value
  throw unreadable('its pickle describes a parameter in no known way')
}

/** From nothing, from a factory of defaults, or from a list of pairs. */
function dict(args: PickleValue[]): PickleDict {
  const made = new PickleDict()
  const pairs = args.find((arg) => arg instanceof PickleList)
  for (const pair of pairs?.items ?? []) {
    const [key, value] = pair instanceof PickleList ? pair.items : []
    if (typeof key === 'string' && value !== undefined) made.items.set(key, value)
  }
  return made
}

function isRowByRow(shape: number[], strides: number[]): boolean {
  let expected = 1
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false
    expected *= shape[axis]!
  }
  return true
}

function counts(list: PickleValue | undefined): number[] | undefined {
  // torch.Size has the tuple as its one argument.
  const inner = list instanceof PickleList && list.items[0] instanceof PickleList ? list.items[0] : list
  return inner instanceof PickleList && inner.items.every(isCount) ? inner.items : undefined
}

function isCount(value: PickleValue | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0
}
