import { closeSync, openSync, writeSync } from 'node:fs'
import type { WritableTensor } from './torchWriter'

const types = {
  FloatStorage: 'F32',
  HalfStorage: 'F16',
  BFloat16Storage: 'BF16',
  LongStorage: 'I64',
} as const

/** A `.safetensors` file. */
export function writeSafetensors(path: string, tensors: WritableTensor[]): void {
  let end = 0
  const header = Object.fromEntries(
    tensors.map(({ name, shape, storage, bytes }) => {
      const begin = end
      end += bytes.length
      return [name, { dtype: types[storage], shape, data_offsets: [begin, end] }]
    }),
  )
  const text = Buffer.from(JSON.stringify({ __metadata__: { format: 'pt' }, ...header }))
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(text.length))
  const file = openSync(path, 'w')
  try {
    for (const bytes of [length, text, ...tensors.map(({ bytes }) => bytes)]) {
      for (let done = 0; done < bytes.length;) done += writeSync(file, bytes, done)
    }
  } finally {
    closeSync(file)
  }
}
