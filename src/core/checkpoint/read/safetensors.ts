import { z } from 'zod'
import type { FileBytes } from './fileBytes'
import { itemsIn, itemSizes, type ItemType, type StoredTensor } from './storedTensor'
import { unreadable } from './unreadable'

/** The format allows 100 MB; a model with a thousand tensors needs 100 kB. */
const mostHeaderBytes = 2 * 2 ** 20

const types: Record<string, ItemType> = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  I16: 'int16',
  I8: 'int8',
  U8: 'uint8',
  BOOL: 'bool',
}

const Entry = z.object({
  dtype: z.string(),
  shape: z.array(z.number()),
  data_offsets: z.tuple([z.number(), z.number()]),
})

/**
 * The tensors of a `.safetensors` file: 8 bytes with the length of a JSON header, the header, then the numbers
 * (https://huggingface.co/docs/safetensors). As the format demands, the tensors must fill the rest of the file without
 * overlaps or holes.
 *
 * Throws `checkpoint-unreadable`.
 */
export async function readSafetensors(file: FileBytes): Promise<Map<string, StoredTensor>> {
  const length = new DataView((await file.read(0, 8)).buffer).getBigUint64(0, true)
  if (length > mostHeaderBytes) throw unreadable('its header is too long')
  const start = 8 + Number(length)
  const entries = parseHeader(await file.read(8, Number(length)))

  const tensors = new Map<string, StoredTensor>()
  let end = 0
  for (const [name, { dtype, shape, data_offsets: offsets }] of inOrder(entries)) {
    const type = Object.hasOwn(types, dtype) ? types[dtype] : undefined
    if (!type) throw unreadable(`it holds numbers of a kind that is not known here: “${dtype}”`)
    if (offsets[0] !== end || offsets[1] - offsets[0] !== itemsIn(shape) * itemSizes[type]) {
      throw unreadable(`the place or size of its tensor “${name}” is wrong`)
    }
    end = offsets[1]
    tensors.set(name, { file, type, shape, offset: start + offsets[0] })
  }
  if (start + end !== file.size) throw unreadable('its size is not what its header says')
  return tensors
}

function parseHeader(bytes: Uint8Array): [string, z.infer<typeof Entry>][] {
  try {
    const header: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
    return Object.entries(z.looseObject({}).parse(header))
      .filter(([name]) => name !== '__metadata__')
      .map(([name, entry]) => [name, Entry.parse(entry)])
  } catch (cause) {
    throw unreadable('its header is damaged', cause)
  }
}

/** By where they lie; of those that begin together, empty ones first. */
function inOrder<T extends { data_offsets: [number, number] }>(entries: [string, T][]): [string, T][] {
  return entries.toSorted(([, { data_offsets: a }], [, { data_offsets: b }]) => a[0] - b[0] || a[1] - b[1])
}
