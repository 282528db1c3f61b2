import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { openCheckpoint } from '../../../../src/core/checkpoint/read/checkpoint'
import { readFloats } from '../../../../src/core/checkpoint/read/storedTensor'
import { temporaryFolder } from '../../../support/folder'
import { writeSafetensors } from '../../../support/safetensorsWriter'
import {
  basicSr,
  floatTensor,
  lightning,
  pickled,
  type Wrap,
  type WritableTensor,
  writeOldTorchFile,
  writeTorchFile,
  writeZip,
} from '../../../support/torchWriter'
import { havePermissions, unprivileged } from '../../../support/unprivileged'

const folder = temporaryFolder()
let files = 0
const newPath = () => folder(`file-${++files}`)

const unreadable = expect.objectContaining({ code: 'checkpoint-unreadable' })

const tensors = [
  floatTensor('first.weight', [2, 3], Float32Array.of(1, -2, 3, -4, 5.5, 1e-8)),
  {
    name: 'half',
    shape: [4],
    storage: 'HalfStorage' as const,
    // 1, -2, the smallest number, infinity
    bytes: new Uint8Array(Uint16Array.of(0x3c00, 0xc000, 0x0001, 0x7c00).buffer),
    items: 4,
  },
  {
    name: 'brain',
    shape: [1, 2],
    storage: 'BFloat16Storage' as const,
    bytes: new Uint8Array(Uint16Array.of(0x3fc0, 0xc040).buffer),
    items: 2,
  },
]
const numbers = {
  'first.weight': [1, -2, 3, -4, 5.5, Math.fround(1e-8)],
  half: [1, -2, 2 ** -24, Infinity],
  brain: [1.5, -3],
}

function torchFile(wrap: Wrap, content: WritableTensor[] = tensors): string {
  const path = newPath()
  writeTorchFile(path, content, wrap)
  return path
}

function oldTorchFile(): string {
  const path = newPath()
  writeOldTorchFile(path, tensors, basicSr)
  return path
}

/** A file of torch.save whose pickle is this. */
function withPickle(root: Buffer, data = Buffer.alloc(64)): string {
  const path = newPath()
  writeZip(path, [
    { name: 'archive/data.pkl', bytes: Buffer.concat([Buffer.from([0x80, 2]), root, Buffer.from('.')]) },
    { name: 'archive/data/0', bytes: data },
  ])
  return path
}

function safetensors(content: WritableTensor[] = tensors): string {
  const path = newPath()
  writeSafetensors(path, content)
  return path
}

/** The same file with some bytes replaced. */
function edited(path: string, edit: (bytes: Buffer) => Buffer | void): string {
  const bytes = readFileSync(path)
  const target = newPath()
  writeFileSync(target, edit(bytes) ?? bytes)
  return target
}

describe('openCheckpoint', () => {
  it.each([
    ['a bare state dict', () => torchFile((dict) => dict), undefined],
    ['a file of BasicSR', () => torchFile(basicSr), 'params'],
    ['a file of Lightning', () => torchFile(lightning), 'state_dict'],
    ['a file of old PyTorch', () => oldTorchFile(), 'params'],
    ['a file of safetensors', () => safetensors(), undefined],
  ])('reads %s', async (_, write, container) => {
    const checkpoint = await openCheckpoint(write())
    expect(checkpoint.container).toBe(container)
    expect([...checkpoint.tensors.keys()]).toEqual(Object.keys(numbers))
    for (const [name, values] of Object.entries(numbers)) {
      expect([...(await readFloats(checkpoint.tensors.get(name)!))]).toEqual(values)
    }
    expect(checkpoint.tensors.get('first.weight')!.shape).toEqual([2, 3])
    await checkpoint.close()
  })

  it('reads a file that PyTorch itself wrote in the way of before 1.6', async () => {
    const checkpoint = await openCheckpoint(
      join(import.meta.dirname, '../../../fixtures/checkpoints/before-1.6.pth'),
    )
    const found = await Promise.all(
      [...checkpoint.tensors].map(async ([name, tensor]) => [name, [...(await readFloats(tensor))]]),
    )
    // The last is a piece of a larger one.
    expect(Object.fromEntries(found)).toEqual({ ...numbers, part: [4, 5, 6, 7] })
    await checkpoint.close()
  })

  it('takes averaged weights where there are both', async () => {
    const both: Wrap = (dict) =>
      pickled.dict([
        [pickled.text('params'), dict],
        [pickled.text('params_ema'), dict],
      ])
    const checkpoint = await openCheckpoint(torchFile(both))
    expect(checkpoint.container).toBe('params_ema')
    await checkpoint.close()
  })

  it('says what it found where there are no weights', async () => {
    const path = withPickle(pickled.dict([[pickled.text('epoch'), pickled.int(3)]]))
    await expect(openCheckpoint(path)).rejects.toMatchObject({
      code: 'checkpoint-unknown',
      detail: expect.stringMatching(/Expected .*state_dict.*; found epoch/),
    })
  })

  it('names what it is asked to run, and runs nothing', async () => {
    const owned = folder('owned')
    const command = pickled.text(`touch ${owned}`)
    const path = withPickle(pickled.call(pickled.global('os', 'system'), command))
    await expect(openCheckpoint(path)).rejects.toThrow('“os.system”')
    expect(existsSync(owned)).toBe(false)
  })

  it.each([
    ['an empty file', Buffer.alloc(0)],
    ['a text', Buffer.from('not a checkpoint at all')],
    ['a pickle of something else', Buffer.from('\x80\x02N.', 'latin1')],
    ['an archive that ends early', Buffer.from('PK\x03\x04 and then no more')],
  ])('refuses %s', async (_, bytes) => {
    const path = newPath()
    writeFileSync(path, bytes)
    await expect(openCheckpoint(path)).rejects.toThrow(unreadable)
  })

  it('refuses a missing file and a folder', async () => {
    await expect(openCheckpoint(folder('nowhere'))).rejects.toMatchObject({ code: 'not-found' })
    await expect(openCheckpoint(folder())).rejects.toMatchObject({ code: 'unreadable' })
  })

  it.skipIf(!havePermissions)(
    'refuses a file that may not be read, and does not call it missing',
    async () => {
      const path = newPath()
      writeFileSync(path, 'secret')
      chmodSync(path, 0)
      await unprivileged(() =>
        expect(openCheckpoint(path)).rejects.toMatchObject({
          code: 'unreadable',
          detail: 'Check its permissions.',
        }),
      )
    },
  )
})

describe('a zip archive is refused', () => {
  /** Where the directory's record of an entry begins. */
  const record = (bytes: Buffer, name: string) => bytes.lastIndexOf(name) - 46

  it('if an entry is compressed', async () => {
    const path = edited(torchFile(basicSr), (bytes) => {
      bytes.writeUInt16LE(8, record(bytes, 'archive/data/0') + 10)
    })
    await expect(openCheckpoint(path)).rejects.toThrow('compressed')
  })

  it('if an entry says another size in its directory', async () => {
    const path = edited(torchFile(basicSr), (bytes) => {
      const at = record(bytes, 'archive/data/0')
      bytes.writeUInt32LE(16, at + 20)
      bytes.writeUInt32LE(16, at + 24)
    })
    await expect(openCheckpoint(path)).rejects.toThrow('contradicts itself')
  })

  it('if two entries lie in one place', async () => {
    const path = edited(torchFile(basicSr), (bytes) => {
      const first = bytes.readUInt32LE(record(bytes, 'archive/data/0') + 42)
      bytes.writeUInt32LE(first, record(bytes, 'archive/data/1') + 42)
    })
    await expect(openCheckpoint(path)).rejects.toThrow(unreadable)
  })

  it('if an entry reaches beyond the file', async () => {
    const path = edited(torchFile(basicSr), (bytes) => {
      const at = record(bytes, 'archive/data/0')
      bytes.writeUInt32LE(0x7fffffff, at + 20)
      bytes.writeUInt32LE(0x7fffffff, at + 24)
    })
    await expect(openCheckpoint(path)).rejects.toThrow(unreadable)
  })

  it('if it holds a program', async () => {
    const path = newPath()
    writeZip(path, [
      { name: 'archive/data.pkl', bytes: Buffer.from('\x80\x02N.', 'latin1') },
      { name: 'archive/constants.pkl', bytes: Buffer.from('\x80\x02N.', 'latin1') },
    ])
    await expect(openCheckpoint(path)).rejects.toThrow('TorchScript')
  })
})

describe('a file of old PyTorch is refused', () => {
  it.each([
    ['if it ends early', (bytes: Buffer) => bytes.subarray(0, -1)],
    ['if it ends in its pickles', (bytes: Buffer) => bytes.subarray(0, 200)],
    ['if bytes follow', (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc(8)])],
    ['if a storage says another size', (bytes: Buffer) => void bytes.writeUInt8(7, bytes.length - 12)],
    ['if it is of a big-endian machine', (bytes: Buffer) => void bytes.writeUInt8(0x89, bytes.indexOf(0x88))],
  ])('%s', async (_, edit) => {
    await expect(openCheckpoint(edited(oldTorchFile(), edit))).rejects.toThrow(unreadable)
  })
})

describe('a tensor', () => {
  /** What PyTorch calls to make a tensor that says these things of itself. */
  function rebuilt(storage: Buffer, start: number, shape: number[], strides: number[]): Buffer {
    return pickled.call(
      pickled.global('torch._utils', '_rebuild_tensor_v2'),
      storage,
      pickled.int(start),
      pickled.tuple(...shape.map(pickled.int)),
      pickled.tuple(...strides.map(pickled.int)),
    )
  }
  /** A state dict of such tensors. */
  const dict = (...tensors: Buffer[]) =>
    pickled.dict(tensors.map((tensor, index) => [pickled.text(`weight${index}`), tensor]))
  function storage(items: number, key = '0', kind = pickled.global('torch', 'FloatStorage')): Buffer {
    const id = pickled.tuple(
      pickled.text('storage'),
      kind,
      pickled.text(key),
      pickled.text('cpu'),
      pickled.int(items),
    )
    return Buffer.concat([id, Buffer.from('Q')])
  }

  it.each([
    ['beyond its storage', rebuilt(storage(16), 13, [4], [1])],
    ['with gigantic sides', rebuilt(storage(16), 0, [2 ** 30, 2 ** 30], [2 ** 30, 1])],
    ['with negative sides', rebuilt(storage(16), 0, [-4], [1])],
    ['whose storage is shorter than it says', rebuilt(storage(17), 0, [4], [1])],
    ['whose storage is missing', rebuilt(storage(16, '7'), 0, [4], [1])],
    [
      'of an unknown kind',
      rebuilt(storage(16, '0', pickled.global('torch', 'ComplexFloatStorage')), 0, [4], [1]),
    ],
    ['that is laid out by columns', rebuilt(storage(16), 0, [4, 4], [1, 4])],
    ['that repeats one number', rebuilt(storage(16), 0, [1000, 1000], [0, 0])],
    ['with nine sides', rebuilt(storage(16), 0, Array(9).fill(1), Array(9).fill(1))],
  ])('%s is refused', async (_, tensor) => {
    await expect(openCheckpoint(withPickle(dict(tensor)))).rejects.toThrow(unreadable)
  })

  it('that lies beside a dict of weights is not taken for them', async () => {
    const root = pickled.dict([
      [pickled.text('best_psnr'), rebuilt(storage(16), 0, [], [])],
      [pickled.text('state_dict'), dict(rebuilt(storage(16), 0, [16], [1]))],
    ])
    const checkpoint = await openCheckpoint(withPickle(root))
    expect(checkpoint.container).toBe('state_dict')
    await checkpoint.close()
  })

  it('is refused where others have its numbers too, and together they would outgrow the file', async () => {
    const items = 1 << 14
    const whole = rebuilt(storage(items), 0, [items], [1])
    const data = Buffer.alloc(4 * items)
    await (await openCheckpoint(withPickle(dict(whole), data))).close()
    await expect(openCheckpoint(withPickle(dict(whole, whole), data))).rejects.toThrow('share their numbers')
  })

  it('accepts one in the middle of a storage', async () => {
    const data = Buffer.from(Float32Array.from({ length: 16 }, (_, index) => index).buffer)
    const checkpoint = await openCheckpoint(
      withPickle(dict(rebuilt(storage(16), 5, [2, 1, 2], [2, 9, 1])), data),
    )
    expect([...(await readFloats(checkpoint.tensors.get('weight0')!))]).toEqual([5, 6, 7, 8])
    await checkpoint.close()
  })
})

it('a file of safetensors may have a header of any length', async () => {
  // 84,816 begins with the two bytes of an archive.
  const header = JSON.stringify({ weight: { dtype: 'F32', shape: [1], data_offsets: [0, 4] } }).padEnd(84_816)
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  const path = newPath()
  writeFileSync(path, Buffer.concat([length, Buffer.from(header), Buffer.alloc(4)]))
  const checkpoint = await openCheckpoint(path)
  expect([...checkpoint.tensors.keys()]).toEqual(['weight'])
  await checkpoint.close()
})

describe('a file of safetensors is refused', () => {
  /** A file with this header and so many bytes behind it. */
  function withHeader(header: string, bytes: number, length = header.length): string {
    const start = Buffer.alloc(8)
    start.writeBigUInt64LE(BigInt(length))
    const path = newPath()
    writeFileSync(path, Buffer.concat([start, Buffer.from(header), Buffer.alloc(bytes)]))
    return path
  }
  const entry = (shape: number[], offsets: number[], dtype = 'F32') =>
    JSON.stringify({ weight: { dtype, shape, data_offsets: offsets } })

  it.each([
    ['if its header is longer than the file', () => withHeader('{}', 0, 100)],
    ['if its header is gigantic', () => withHeader('{}', 0, 2 ** 40)],
    ['if its header is no JSON', () => withHeader('{oops', 0)],
    ['if a tensor reaches beyond the file', () => withHeader(entry([4], [0, 16]), 12)],
    ['if a tensor has another size than its shape', () => withHeader(entry([4], [0, 12]), 12)],
    ['if a tensor ends before it begins', () => withHeader(entry([4], [16, 0]), 16)],
    ['if a shape is gigantic', () => withHeader(entry([2 ** 40, 2 ** 40], [0, 16]), 16)],
    ['if a side is negative', () => withHeader(entry([-2, -2], [0, 16]), 16)],
    ['if a side is no whole number', () => withHeader(entry([0.5, 8], [0, 16]), 16)],
    ['if there are bytes that belong to none', () => withHeader(entry([4], [0, 16]), 20)],
    ['if a type is unknown', () => withHeader(entry([4], [0, 16], '__proto__'), 16)],
  ])('%s', async (_, write) => {
    await expect(openCheckpoint(write())).rejects.toThrow(unreadable)
  })

  it('if two tensors share bytes', async () => {
    const shared = { dtype: 'F32', shape: [4], data_offsets: [0, 16] }
    await expect(openCheckpoint(withHeader(JSON.stringify({ a: shared, b: shared }), 16))).rejects.toThrow(
      unreadable,
    )
  })
})
