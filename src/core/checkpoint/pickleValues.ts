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
    /** Where its bytes lie in the file. */
    readonly offset: number,
    private readonly file: StoredTensor['file'],
  ) {}

  /** A tensor in it, `start` numbers from its beginning. */
  tensor(shape: number[], start: number, itemSize: number): StoredTensor {
    return { file: this.file, type: this.type, shape, offset: this.offset + start * itemSize }
  }
}

/** A tensor; undefined where it does not lie row by row, which matters only if it is a weight. */
export class PickleTensor {
  constructor(readonly stored: StoredTensor | undefined) {}
}
