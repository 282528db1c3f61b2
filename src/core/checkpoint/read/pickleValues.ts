import type { FileBytes } from './fileBytes'
import type { ItemType, StoredTensor } from './storedTensor'

/** What a pickle can hold once it has been read. Nothing here has behaviour: objects are their names or their items. */
export type PickleValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | Uint8Array
  | PickleList
  | PickleDict
  | PickleGlobal
  | PickleStorage
  | PickleTensor

/** A list, tuple or set. */
export class PickleList {
  constructor(readonly items: PickleValue[]) {}
}

/** A dict, or an object that is one. Keys of other kinds than these are of no use to us, and dropped. */
export class PickleDict {
  readonly items = new Map<string | number, PickleValue>()
}

/** A class or function, by name only. */
export class PickleGlobal {
  constructor(readonly name: string) {}
}

/** One piece of memory that tensors share. */
export class PickleStorage {
  constructor(
    readonly type: ItemType,
    /** How many numbers it holds. */
    readonly items: number,
    /** The file it lies in, and where its bytes begin there. */
    readonly file: FileBytes,
    readonly offset: number,
  ) {}
}

/** A tensor; undefined where it does not lie row by row, which matters only if it is a weight. */
export class PickleTensor {
  constructor(readonly stored: StoredTensor | undefined) {}
}
