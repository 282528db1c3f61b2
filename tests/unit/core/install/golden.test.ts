import { execFileSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { importWeights } from '../../../../src/core/install/importWeights'
import { loadSession } from '../../../../src/core/model/session'
import {
  goldenGates,
  goldenOutput,
  goldenSizes,
  goldenVariants,
  largestDifference,
  referenceImage,
  referenceTensors,
} from '../../../support/checkpointReference'
import { writeSafetensors } from '../../../support/safetensorsWriter'
import { basicSr, floatTensor, lightning, writeTorchFile } from '../../../support/torchWriter'

const root = join(import.meta.dirname, '../../../..')
const vectors = existsSync(join(root, 'tests/fixtures/cplir/expected.json'))
if (!vectors) console.warn('SKIPPED: the golden vectors in tests/fixtures/cplir are missing.')
const python = join(root, 'training/.venv/bin/python')
if (!existsSync(python)) console.warn('SKIPPED: checkpoints written by PyTorch, for want of training/.venv.')

/** The files, and which of the authors’ variants each is imported as. */
const files: { file: string; variant: keyof typeof goldenVariants; kept?: number }[] = [
  { file: 'CPLIR_Weatherbench.pth', variant: 'sparse_top1' },
  { file: 'model.ckpt', variant: 'dense_promptir' },
  { file: 'weights.safetensors', variant: 'sparse_top2', kept: 2 },
]

const writers = [
  { writer: 'by the tests', present: vectors, write: writeFiles },
  { writer: 'by PyTorch', present: vectors && existsSync(python), write: writeWithPyTorch },
]

describe.each(writers)('the published model, written $writer', ({ present, write }) => {
  let folder = ''
  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'petrichor-golden-'))
    if (present) write(folder)
  }, 120_000)
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it.skipIf(!present).each(files)(
    'and imported from $file gives what the authors’ code gives',
    { timeout: 120_000 },
    async ({ file, variant, kept }) => {
      const imported = await importWeights(
        join(folder, file),
        join(folder, 'models'),
        kept === undefined ? {} : { kept },
      )
      expect(imported).toMatchObject({ parameters: 35_376_967, experts: 5, kept: goldenVariants[variant] })

      const session = await loadSession(imported.model)
      for (const [height, width] of goldenSizes) {
        const { restored, gates } = await session.run({
          planes: referenceImage(height, width),
          width,
          height,
        })
        const expectedGates = goldenGates(variant, height, width)
        expect(largestDifference(restored, goldenOutput(variant, height, width))).toBeLessThanOrEqual(2e-4)
        expect(largestDifference(gates.flat(), expectedGates.flat())).toBeLessThanOrEqual(1e-5)
      }
      await session.close()
    },
  )
})

it.skipIf(!vectors)('is imported in less than 600 MB', { timeout: 120_000 }, () => {
  const folder = mkdtempSync(join(tmpdir(), 'petrichor-golden-'))
  try {
    writeFiles(folder)
    const script = join(import.meta.dirname, 'memoryOf.ts')
    const file = join(folder, 'CPLIR_Weatherbench.pth')
    const expandRegion = execFileSync(process.execPath, [
      '--import',
      'tsx',
      script,
      file,
      join(folder, 'models'),
    ])
    expect(existsSync(join(folder, 'models', 'cplir-weatherbench'))).toBe(true)
    expect(Number(expandRegion)).toBeLessThan(600e6)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

function writeFiles(folder: string): void {
  const tensors = referenceTensors().map(({ name, shape, values }) => floatTensor(name, shape, values))
  const prefixed = tensors.map((tensor) => ({ ...tensor, name: `net.${tensor.name}` }))
  writeTorchFile(join(folder, 'CPLIR_Weatherbench.pth'), tensors, basicSr)
  writeTorchFile(join(folder, 'model.ckpt'), prefixed, lightning)
  writeSafetensors(join(folder, 'weights.safetensors'), tensors)
}

function writeWithPyTorch(folder: string): void {
  execFileSync(python, [join(root, 'tests/fixtures/checkpoints/make.py'), folder], {
    env: { ...process.env, OMP_NUM_THREADS: '1' },
  })
}
