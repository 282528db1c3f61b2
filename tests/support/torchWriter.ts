import { closeSync, openSync, writeFileSync, writeSync } from 'node:fs'
import { crc32 } from 'node:zlib'

/** A tensor to be written: its numbers as they shall lie in the file. */
export interface WritableTensor {
  name: string
  shape: number[]
  /** A storage class of PyTorch. */
  storage: 'FloatStorage' | 'HalfStorage' | 'BFloat16Storage' | 'LongStorage'
  bytes: Uint8Array
  items: number
}

export function floatTensor(name: string, shape: number[], values: Float32Array): WritableTensor {
  const bytes = new Uint8Array(values.buffer, values.byteOffset, values.byteLength)
  return { name, shape, storage: 'FloatStorage', bytes, items: values.length }
}

/** Pickle of a root value; `tensors` become one ordered dict, which `wrap` puts where a tool would. */
export type Wrap = (stateDict: Buffer) => Buffer

/** Bytes of pickles, protocol 2. */
export const pickled = {
  text: (value: string) => {
    const bytes = Buffer.from(value)
    const length = Buffer.alloc(4)
    length.writeUInt32LE(bytes.length)
    return Buffer.concat([Buffer.from('X'), length, bytes])
  },
  int: (value: number) => {
    const bytes = Buffer.alloc(5, 'J')
    bytes.writeInt32LE(value, 1)
    return bytes
  },
  global: (module: string, name: string) => Buffer.from(`c${module}\n${name}\n`),
  tuple: (...items: Buffer[]) => Buffer.concat([Buffer.from('('), ...items, Buffer.from('t')]),
  list: (...items: Buffer[]) => Buffer.concat([Buffer.from(']('), ...items, Buffer.from('e')]),
  dict: (items: [Buffer, Buffer][]) => Buffer.concat([Buffer.from('}('), ...items.flat(), Buffer.from('u')]),
  call: (callee: Buffer, ...args: Buffer[]) =>
    Buffer.concat([callee, pickled.tuple(...args), Buffer.from('R')]),
  none: Buffer.from('N'),
  true: Buffer.from([0x88]),
  false: Buffer.from([0x89]),
}

/** As BasicSR saves: under `params`. */
export const basicSr: Wrap = (stateDict) => pickled.dict([[pickled.text('params'), stateDict]])

/** As PyTorch Lightning saves: under `state_dict`, with much beside. */
export const lightning: Wrap = (stateDict) =>
  pickled.dict([
    [pickled.text('epoch'), pickled.int(119)],
    [pickled.text('pytorch-lightning_version'), pickled.text('2.0.1')],
    [pickled.text('state_dict'), stateDict],
    [
      pickled.text('optimizer_states'),
      pickled.list(pickled.dict([[pickled.text('state'), pickled.dict([])]])),
    ],
    [
      pickled.text('hyper_parameters'),
      Buffer.concat([
        pickled.global('argparse', 'Namespace'),
        Buffer.from([0x29, 0x81]), // () NEWOBJ
        pickled.dict([[pickled.text('lr'), pickled.int(1)]]),
        Buffer.from('b'),
      ]),
    ],
    [
      pickled.text('callbacks'),
      pickled.dict([[pickled.global('pytorch_lightning.callbacks', 'ModelCheckpoint'), pickled.none]]),
    ],
  ])

/** The pickle of a state dict: an OrderedDict of tensors, each in a storage of its own. */
export function stateDict(tensors: WritableTensor[]): Buffer {
  const rows = tensors.map((tensor, key): [Buffer, Buffer] => [
    pickled.text(tensor.name),
    pickled.call(
      pickled.global('torch._utils', '_rebuild_tensor_v2'),
      Buffer.concat([
        pickled.tuple(
          pickled.text('storage'),
          pickled.global('torch', tensor.storage),
          pickled.text(String(key)),
          pickled.text('cpu'),
          pickled.int(tensor.items),
        ),
        Buffer.from('Q'),
      ]),
      pickled.int(0),
      pickled.tuple(...tensor.shape.map(pickled.int)),
      pickled.tuple(...stridesOf(tensor.shape).map(pickled.int)),
      pickled.false,
      pickled.call(pickled.global('collections', 'OrderedDict')),
    ),
  ])
  const empty = pickled.call(pickled.global('collections', 'OrderedDict'))
  return Buffer.concat([empty, Buffer.from('('), ...rows.flat(), Buffer.from('u')])
}

/** A file as `torch.save` writes it. */
export function writeTorchFile(path: string, tensors: WritableTensor[], wrap: Wrap): void {
  const root = wrap(stateDict(tensors))
  writeZip(path, [
    { name: 'archive/data.pkl', bytes: Buffer.concat([Buffer.from([0x80, 2]), root, Buffer.from('.')]) },
    { name: 'archive/byteorder', bytes: Buffer.from('little') },
    ...tensors.map(({ bytes }, key) => ({ name: `archive/data/${key}`, bytes })),
    { name: 'archive/version', bytes: Buffer.from('3\n') },
  ])
}

/** A file as `torch.save` wrote it before PyTorch 1.6. */
export function writeOldTorchFile(path: string, tensors: WritableTensor[], wrap: Wrap): void {
  writeFileSync(path, oldTorchFile(wrap(stateDict(tensors)), tensors))
}

/** The bytes of such a file, whose value is this pickle, with the storages of these tensors. */
export function oldTorchFile(root: Buffer, tensors: WritableTensor[]): Buffer {
  const keys = pickled.list(...tensors.map((_, key) => pickled.text(String(key))))
  const machine = pickled.dict([[pickled.text('little_endian'), pickled.true]])
  const pickles = [oldMagic, pickled.int(1001), machine, root, keys]
  const storages = tensors.flatMap(({ items, bytes }) => {
    const count = Buffer.alloc(8)
    count.writeBigInt64LE(BigInt(items))
    return [count, bytes]
  })
  const head = pickles.flatMap((pickle) => [Buffer.from([0x80, 2]), pickle, Buffer.from('.')])
  return Buffer.concat([...head, ...storages])
}

/** LONG1 with 0x1950a86a20f9469cfc6c. */
const oldMagic = Buffer.from('8a0a6cfc9c46f9206aa85019', 'hex')

/** A zip archive of stored entries (APPNOTE.TXT, sections 4.3.7, 4.3.12, 4.3.16). */
export function writeZip(path: string, entries: { name: string; bytes: Uint8Array }[]): void {
  const file = openSync(path, 'w')
  try {
    let offset = 0
    const write = (bytes: Uint8Array) => {
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
      offset += bytes.length
    }
    const directory = entries.map(({ name, bytes }) => {
      const header = offset
      const common = Buffer.alloc(26)
      common.writeUInt16LE(20, 0)
      common.writeUInt32LE(crc32(bytes), 10)
      common.writeUInt32LE(bytes.length, 14)
      common.writeUInt32LE(bytes.length, 18)
      common.writeUInt16LE(name.length, 22)
      write(Buffer.from('PK\x03\x04'))
      write(common)
      write(Buffer.from(name))
      write(bytes)
      const rest = Buffer.alloc(14)
      rest.writeUInt32LE(header, 10)
      return Buffer.concat([Buffer.from('PK\x01\x02\x14\0'), common, rest, Buffer.from(name)])
    })
    const start = offset
    for (const entry of directory) write(entry)
    const end = Buffer.alloc(22)
    end.write('PK\x05\x06')
    end.writeUInt16LE(entries.length, 8)
    end.writeUInt16LE(entries.length, 10)
    end.writeUInt32LE(offset - start, 12)
    end.writeUInt32LE(start, 16)
    write(end)
  } finally {
    closeSync(file)
  }
}

function stridesOf(shape: number[]): number[] {
  return shape.map((_, axis) => shape.slice(axis + 1).reduce((product, side) => product * side, 1))
}
