import { execFileSync } from 'node:child_process'
import { statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { temporaryFolder } from '../../../support/folder'
import { oldTorchFile, writeZip } from '../../../support/torchWriter'

const folder = temporaryFolder()
const path = () => folder('weights')

/** A list of so many of one thing. Most are as many as the limits allow. */
const list = (one: string, times: number) => Buffer.from(`(${one.repeat(times)}l`, 'latin1')
const zipped = (pickle: Buffer) =>
  writeZip(path(), [
    { name: 'archive/data.pkl', bytes: Buffer.concat([Buffer.from([0x80, 2]), pickle, Buffer.from('.')]) },
  ])
const old = (pickle: Buffer) => writeFileSync(path(), oldTorchFile(pickle, []))
const memoised = (dicts: number, times: number) =>
  Buffer.concat([Buffer.from('('), Buffer.from(`${'}'.repeat(dicts)}${'\x94'.repeat(times)}l`, 'latin1')])

function safetensors(header: string): void {
  const length = Buffer.alloc(8)
  length.writeBigUInt64LE(BigInt(header.length))
  writeFileSync(path(), Buffer.concat([length, Buffer.from(header)]))
}

it.each([
  ['bytes', () => zipped(list('C\0', 2_000_000))],
  ['classes', () => zipped(list('ca\nb\n', 2_000_000))],
  ['texts', () => zipped(list('\x8c\x02ab', 490_000))],
  ['dicts, each kept thrice', () => zipped(memoised(120_000, 370_000))],
  ['texts, in the way of old PyTorch', () => old(list('\x8c\x02ab', 490_000))],
  ['dicts, in the way of old PyTorch', () => old(memoised(120_000, 370_000))],
  [
    'lists, in the header of safetensors',
    () => safetensors(`{"a":${'['.repeat(1_000_000)}${']'.repeat(1_000_000)}}`),
  ],
  [
    'entries in an archive',
    () => {
      const bytes = new Uint8Array()
      writeZip(
        path(),
        Array.from({ length: 50_000 }, (_, key) => ({ name: `archive/data/${key}`, bytes })),
      )
    },
  ],
])(
  'a file full of %s takes no more memory than twice its size and 200 MB',
  { timeout: 60_000 },
  (_, write) => {
    write()
    const script = join(import.meta.dirname, 'memoryOf.ts')
    const expandRegion = Number(
      execFileSync(process.execPath, ['--import', 'tsx', script, path()], { encoding: 'utf8' }),
    )
    expect(expandRegion).toBeGreaterThan(0)
    expect(expandRegion).toBeLessThan(2 * statSync(path()).size + 200e6)
  },
)
