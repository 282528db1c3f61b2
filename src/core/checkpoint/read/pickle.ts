import { PickleDict, PickleGlobal, PickleList, type PickleValue } from './pickleValues'
import { unreadable } from './unreadable'

/** Resolves what is not plain data. Each throws `checkpoint-unreadable` for what it does not know. */
export interface PickleMeanings {
  /** A call of `name`, or an object of that class made from these arguments. */
  call(name: string, args: PickleValue[]): PickleValue
  /** The object outside the pickle that this persistent id refers to. */
  persistent(id: PickleValue): PickleValue
}

/** Far beyond any checkpoint with all its pickles; these bound the memory of hostile ones. */
const mostSteps = 500_000
const mostObjects = 125_000

/** Where a run of items on the stack begins. */
const mark = Symbol('mark')

/**
 * The value that a pickle describes, of protocol 2 to 5 (Python's `pickletools` is the reference for the opcodes).
 *
 * Only what plain data needs is known; nothing is imported, called or executed. Throws `checkpoint-unreadable`.
 */
export function readPickle(bytes: Uint8Array, meanings: PickleMeanings): PickleValue {
  return readPickles(bytes, 1, meanings).values[0]!
}

/** So many pickles, one behind the other, and where the last one ends. Throws `checkpoint-unreadable`. */
export function readPickles(
  bytes: Uint8Array,
  count: number,
  meanings: PickleMeanings,
): { values: PickleValue[]; end: number } {
  try {
    const machine = new Machine(bytes, meanings)
    const values = Array.from({ length: count }, () => machine.run())
    return { values, end: machine.position }
  } catch (error) {
    // DataView and TextDecoder say these where the bytes end early or are no text.
    if (error instanceof RangeError || error instanceof TypeError) {
      throw unreadable('its pickle is damaged', error)
    }
    throw error
  }
}

class Machine {
  private readonly view: DataView
  private readonly text = new TextDecoder('utf-8', { fatal: true })
  private stack: (PickleValue | typeof mark)[] = []
  private memo = new Map<number, PickleValue>()
  private at = 0
  private steps = 0
  private objects = 0

  constructor(
    private readonly bytes: Uint8Array,
    private readonly meanings: PickleMeanings,
  ) {
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  /** How many bytes were read. */
  get position(): number {
    return this.at
  }

  /** The value of the next pickle. */
  run(): PickleValue {
    this.stack = []
    this.memo = new Map()
    while (this.steps++ < mostSteps) {
      const code = String.fromCharCode(this.uint8())
      if (code === '.') return this.pop()
      this.step(code)
    }
    throw unreadable('its pickle is too long')
  }

  /** One opcode, by its character in Python's table. */
  private step(code: string): void {
    switch (code) {
      case '\x80': // PROTO
        return this.protocol(this.uint8())
      case '\x95': // FRAME: how much follows; all of it is here already
        this.take(8)
        return

      case 'N':
        return this.push(null)
      case '\x88':
        return this.push(true)
      case '\x89':
        return this.push(false)
      case 'K':
        return this.push(this.uint8())
      case 'M':
        return this.push(this.view.getUint16(this.take(2), true))
      case 'J':
        return this.push(this.view.getInt32(this.take(4), true))
      case '\x8a': // LONG1
        return this.push(this.long(this.uint8()))
      case 'G':
        return this.push(this.view.getFloat64(this.take(8)))
      case 'X':
        return this.push(this.string(this.uint32()))
      case '\x8c': // SHORT_BINUNICODE
        return this.push(this.string(this.uint8()))
      case 'U': // SHORT_BINSTRING, from Python 2
        return this.push(this.string(this.uint8()))
      case 'B':
        return this.pushBytes(this.uint32())
      case 'C':
        return this.pushBytes(this.uint8())

      case '(':
        this.stack.push(mark)
        return
      case '0':
        this.stack.pop()
        return
      case ']':
      case ')':
      case '\x8f': // EMPTY_SET
        return this.push(this.list([]))
      case 'l':
      case 't':
      case '\x91': // FROZENSET
        return this.push(this.list(this.popToMark()))
      case '\x85':
        return this.push(this.list([this.pop()]))
      case '\x86':
        return this.push(this.list(this.popSome(2)))
      case '\x87':
        return this.push(this.list(this.popSome(3)))
      case 'a':
        return this.append(this.popSome(1))
      case 'e':
      case '\x90': // ADDITEMS
        return this.append(this.popToMark())
      case '}':
        return this.push(this.dict())
      case 'd':
        return this.pushDict(this.popToMark())
      case 's':
        return this.setItems(this.popSome(2))
      case 'u':
        return this.setItems(this.popToMark())

      case 'q':
        this.memo.set(this.uint8(), this.top())
        return
      case 'r':
        this.memo.set(this.uint32(), this.top())
        return
      case '\x94': // MEMOIZE
        this.memo.set(this.memo.size, this.top())
        return
      case 'h':
        return this.recall(this.uint8())
      case 'j':
        return this.recall(this.uint32())

      case 'c':
        return this.pushGlobal(`${this.line()}.${this.line()}`)
      case '\x93': // STACK_GLOBAL
        return this.pushGlobal(this.popSome(2).map(textOf).join('.'))
      case 'R':
      case '\x81': // NEWOBJ
        return this.callTop()
      case 'b':
        return this.build()
      case 'Q':
        return this.push(this.meanings.persistent(this.pop()))
      default:
        throw unreadable(`its pickle holds an instruction that no weights need (${JSON.stringify(code)})`)
    }
  }

  private protocol(version: number): void {
    if (version < 2 || version > 5) throw unreadable(`its pickle has protocol ${version}`)
  }

  /** REDUCE and NEWOBJ: [.., what, arguments] -> [.., result]. */
  private callTop(): void {
    const [what, args] = this.popSome(2)
    if (!(what instanceof PickleGlobal)) throw unreadable('its pickle calls something that is no function')
    if (!(args instanceof PickleList)) throw unreadable(`its pickle calls ${what.name} without arguments`)
    this.countObject()
    this.push(this.meanings.call(what.name, args.items))
  }

  /**
   * BUILD gives an object its attributes; those of an ordered dict (`_metadata`) and of the like are of no use to us.
   */
  private build(): void {
    const state = this.pop()
    const object = this.top()
    if (!(object instanceof PickleDict)) throw unreadable('its pickle gives attributes to what has none')
    // A namespace has its items as attributes.
    if (state instanceof PickleDict && object.items.size === 0) {
      for (const [key, value] of state.items) object.items.set(key, value)
    }
  }

  private append(values: PickleValue[]): void {
    const list = this.top()
    if (!(list instanceof PickleList)) throw unreadable('its pickle appends to what is no list')
    for (const value of values) list.items.push(value)
  }

  private pushBytes(length: number): void {
    this.countObject()
    this.push(this.slice(length))
  }

  private pushGlobal(name: string): void {
    this.countObject()
    this.push(new PickleGlobal(name))
  }

  private pushDict(pairs: PickleValue[]): void {
    this.push(this.dict())
    this.setItems(pairs)
  }

  private setItems(pairs: PickleValue[]): void {
    const dict = this.top()
    if (!(dict instanceof PickleDict) || pairs.length % 2 !== 0) {
      throw unreadable('its pickle sets an item of what is no dict')
    }
    for (let index = 0; index < pairs.length; index += 2) {
      const key = pairs[index]!
      if (typeof key === 'string' || typeof key === 'number') dict.items.set(key, pairs[index + 1]!)
    }
  }

  private list(items: PickleValue[]): PickleList {
    this.countObject()
    return new PickleList(items)
  }

  private dict(): PickleDict {
    this.countObject()
    return new PickleDict()
  }

  private countObject(): void {
    if (++this.objects > mostObjects) throw unreadable('its pickle holds too many objects')
  }

  private push(value: PickleValue): void {
    this.stack.push(value)
  }

  private pop(): PickleValue {
    const value = this.top()
    this.stack.pop()
    return value
  }

  private top(): PickleValue {
    const value = this.stack.at(-1)
    if (value === undefined || value === mark) throw unreadable('its pickle takes more than it gave')
    return value
  }

  /** The last `count` values, oldest first. */
  private popSome(count: number): PickleValue[] {
    return Array.from({ length: count }, () => this.pop()).reverse()
  }

  private popToMark(): PickleValue[] {
    const start = this.stack.lastIndexOf(mark)
    if (start < 0) throw unreadable('its pickle ends a list that was never begun')
    const values = this.stack.splice(start).slice(1)
    return values.filter((value) => value !== mark)
  }

  private recall(index: number): void {
    const value = this.memo.get(index)
    if (value === undefined) throw unreadable('its pickle recalls what it never kept')
    this.push(value)
  }

  /** Passes over bytes; returns where they begin. */
  private take(length: number): number {
    const start = this.at
    if (start + length > this.bytes.length) throw unreadable('its pickle ends too early')
    this.at += length
    return start
  }

  private slice(length: number): Uint8Array {
    const start = this.take(length)
    return this.bytes.subarray(start, start + length)
  }

  private uint8(): number {
    return this.view.getUint8(this.take(1))
  }

  private uint32(): number {
    return this.view.getUint32(this.take(4), true)
  }

  /** A signed little-endian whole number of so many bytes; a bigint where a number would not hold it. */
  private long(length: number): number | bigint {
    if (length > 16) throw unreadable('its pickle holds a number that no weights need')
    const value = this.slice(length).reduce(
      (sum, byte, index) => sum + (BigInt(byte) << BigInt(8 * index)),
      0n,
    )
    const signed = BigInt.asIntN(8 * length, value)
    const number = Number(signed)
    return Number.isSafeInteger(number) ? number : signed
  }

  private string(length: number): string {
    return this.text.decode(this.slice(length))
  }

  /** Text up to the end of the line, as GLOBAL has it. */
  private line(): string {
    const end = this.bytes.indexOf(0x0a, this.at)
    if (end < 0 || end - this.at > 1000) throw unreadable('its pickle ends in the middle of a name')
    const text = this.string(end - this.at)
    this.at++
    return text
  }
}

function textOf(value: PickleValue): string {
  if (typeof value === 'string') return value
  throw unreadable('its pickle names something by what is no text')
}
