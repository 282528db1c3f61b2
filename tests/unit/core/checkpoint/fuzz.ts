import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { recogniseArchitecture } from '../../../../src/core/checkpoint/architectures/recognise'
import { encodeModel } from '../../../../src/core/checkpoint/onnx/modelFile'
import { openCheckpoint } from '../../../../src/core/checkpoint/read/checkpoint'
import { readFloats } from '../../../../src/core/checkpoint/read/storedTensor'
import { importWeights } from '../../../../src/core/install/importWeights'
import { PetrichorError } from '../../../../src/shared/errors'
import { writeSafetensors } from '../../../support/safetensorsWriter'
import { smallNafNet, smallPromptIr, smallRestormer } from '../../../support/smallCheckpoints'
import {
  basicSr,
  floatTensor,
  lightning,
  type WritableTensor,
  writeOldTorchFile,
  writeTorchFile,
} from '../../../support/torchWriter'

export interface FuzzOptions {
  files: number
  seed: number
  /** Of so many files that are still sound, one is imported to the end. */
  importOneIn: number
  onProgress?: (report: FuzzReport) => void
}

export interface FuzzReport {
  files: number
  /** How many were refused by a stable error, were read and were recognised as a model. */
  refused: number
  read: number
  recognised: number
  imported: number
  /** The longest that one file kept the processor, in milliseconds; whatever else runs on the machine. */
  slowest: number
  /** By how much the process was at most larger than in the beginning, in bytes. */
  growth: number
  /** The largest file, in bytes. */
  largest: number
}

/** A sound file, and the places in it that say how the rest is to be read. */
interface Seed {
  bytes: Buffer
  structure: { start: number; end: number }[]
}

/** What the sizes and counts in a file are replaced by. */
const extremes = [0, 1, 0x7f, 0x80, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xffffffff]

/**
 * Read files of all four formats in which bytes were changed, cut, doubled and moved. Throws where one is met with
 * anything but a PetrichorError; that file is kept, and its path told.
 */
export async function fuzzCheckpoints(options: FuzzOptions): Promise<FuzzReport> {
  const folder = mkdtempSync(join(tmpdir(), 'petrichor-fuzz-'))
  try {
    return await fuzz(folder, options)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function fuzz(
  folder: string,
  { files, seed, importOneIn, onProgress }: FuzzOptions,
): Promise<FuzzReport> {
  const seeds = makeSeeds(folder)
  const random = randomNumbers(seed)
  const path = join(folder, 'mutated')
  const before = process.memoryUsage().rss
  const report: FuzzReport = {
    files: 0,
    refused: 0,
    read: 0,
    recognised: 0,
    imported: 0,
    slowest: 0,
    growth: 0,
    largest: 0,
  }

  while (report.files < files) {
    // The whole model takes longer to read, and finds other faults than the few tensors.
    const chosen = random() < 0.1 ? seeds.whole : seeds.few
    const bytes = mutate(chosen[Math.floor(random() * chosen.length)]!, random)
    writeFileSync(path, bytes)
    const start = process.cpuUsage()
    try {
      await readAll(path, report)
      if (report.recognised > report.imported * importOneIn && chosen === seeds.whole) {
        report.imported++
        await importWeights(path, join(folder, 'library'))
      }
    } catch (error) {
      if (!(error instanceof PetrichorError)) {
        const kept = join(tmpdir(), `petrichor-fuzz-${seed}-${report.files}`)
        writeFileSync(kept, bytes)
        throw new Error(`${kept} was not refused as it should`, { cause: error })
      }
      report.refused++
    }
    report.files++
    const { user, system } = process.cpuUsage(start)
    report.slowest = Math.max(report.slowest, (user + system) / 1000)
    report.largest = Math.max(report.largest, bytes.length)
    report.growth = process.resourceUsage().maxRSS * 1024 - before
    if (report.files % 1000 === 0) onProgress?.(report)
  }
  return report
}

/** All that an import does before it writes. */
async function readAll(path: string, report: FuzzReport): Promise<void> {
  const checkpoint = await openCheckpoint(path)
  try {
    report.read++
    for (const tensor of checkpoint.tensors.values()) await readFloats(tensor)
    const { graph, inputs, outputs } = recogniseArchitecture(checkpoint)
    for (const { stored, arrange } of graph.weights) arrange(await readFloats(stored))
    const { nodes, constants, shapes } = graph
    encodeModel({ name: '', nodes, constants, shapes, weights: [], weightsFile: '', inputs, outputs })
    report.recognised++
  } finally {
    await checkpoint.close()
  }
}

function makeSeeds(folder: string): { few: Seed[]; whole: Seed[] } {
  const path = join(folder, 'seed')
  mkdirSync(folder, { recursive: true })
  const formats = [
    (tensors: WritableTensor[]) => writeTorchFile(path, tensors, basicSr),
    (tensors: WritableTensor[]) => writeTorchFile(path, tensors, lightning),
    (tensors: WritableTensor[]) => writeOldTorchFile(path, tensors, basicSr),
    (tensors: WritableTensor[]) => writeSafetensors(path, tensors),
  ]
  const seedsOf = (tensors: WritableTensor[]) =>
    formats.map((write) => {
      write(tensors)
      const bytes = readFileSync(path)
      return { bytes, structure: structureOf(bytes) }
    })
  const few = ['first', 'second', 'third'].map((name) =>
    floatTensor(name, [2, 3], new Float32Array(6).fill(0.5)),
  )
  const checkpoints = [smallRestormer(), smallPromptIr(), smallNafNet()]
  return { few: seedsOf(few), whole: [...checkpoints.flatMap(seedsOf), ...writtenByPyTorch()] }
}

/** With instructions that only PyTorch's own pickler writes, and all that a trainer puts beside the weights. */
function writtenByPyTorch(): Seed[] {
  return ['small.pth', 'small.ckpt', 'small.safetensors'].map((name) => {
    const bytes = readFileSync(join(import.meta.dirname, '../../../fixtures/checkpoints', name))
    return { bytes, structure: structureOf(bytes) }
  })
}

function structureOf(bytes: Buffer): Seed['structure'] {
  if (bytes[0] === 0x80) {
    // The list of keys ends the pickles; the count of the first storage follows.
    return [{ start: 0, end: bytes.lastIndexOf('e.') + 10 }]
  }
  if (!bytes.toString('latin1', 0, 2).startsWith('PK')) {
    return [{ start: 0, end: 8 + Number(bytes.readBigUInt64LE()) }]
  }
  const pickleEnd = bytes.indexOf('PK\x03\x04', 4)
  const directory = bytes.indexOf('PK\x01\x02')
  return [
    { start: 0, end: pickleEnd },
    { start: directory, end: bytes.length },
    { start: bytes.length - 22, end: bytes.length },
  ]
}

function mutate({ bytes, structure }: Seed, random: () => number): Buffer {
  let mutated: Buffer = Buffer.from(bytes)
  const below = (limit: number) => Math.floor(random() * limit)
  const place = () => {
    if (random() < 0.2) return below(mutated.length)
    const { start, end } = structure[below(structure.length)]!
    return Math.min(start + below(end - start), Math.max(0, mutated.length - 1))
  }
  const changes = 1 + below(random() < 0.5 ? 1 : 8)
  for (let change = 0; change < changes && mutated.length > 0; change++) {
    const at = place()
    const length = 1 + below(random() < 0.8 ? 8 : 400)
    switch (below(8)) {
      case 0:
        mutated[at]! ^= 1 << below(8)
        break
      case 1:
        mutated[at] = below(256)
        break
      case 2:
        mutated[at] = extremes[below(5)]!
        break
      case 3:
        if (at + 4 <= mutated.length) mutated.writeUInt32LE(extremes[below(extremes.length)]!, at)
        break
      case 4:
        if (at + 8 <= mutated.length)
          mutated.writeBigUInt64LE(BigInt(extremes[below(extremes.length)]!) << BigInt(below(32)), at)
        break
      case 5: // cut out
        mutated = Buffer.concat([mutated.subarray(0, at), mutated.subarray(at + length)])
        break
      case 6: {
        // a piece of it, once more and elsewhere
        const from = place()
        mutated = Buffer.concat([
          mutated.subarray(0, at),
          mutated.subarray(from, from + length),
          mutated.subarray(at),
        ])
        break
      }
      default: // overwritten by another piece of it
        mutated.copy(mutated, at, place(), Math.min(mutated.length, at + length))
    }
  }
  return random() < 0.03 ? mutated.subarray(0, below(mutated.length)) : mutated
}

/** The same numbers in [0, 1) for the same seed (mulberry32 by Tommy Ettinger, in the public domain). */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}
