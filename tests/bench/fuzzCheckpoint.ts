/*
 * Damaged checkpoints, very many of them:
 *
 *     node --import tsx tests/bench/fuzzCheckpoint.ts [--files 100000] [--seed 1]
 */
import { parseArgs } from 'node:util'
import { fuzzCheckpoints, type FuzzReport } from '../unit/core/checkpoint/fuzz'

const { values } = parseArgs({
  options: { files: { type: 'string', default: '2000' }, seed: { type: 'string', default: '1' } },
})
const report = await fuzzCheckpoints({
  files: Number(values.files),
  seed: Number(values.seed),
  importOneIn: 100,
  onProgress: (soFar) => process.stderr.write(`\r${sentence(soFar)}`),
})
console.log(`\n${sentence(report)}`)
if (report.growth > 2 * report.largest + 200e6) {
  console.error('More memory than twice the largest file and 200 MB.')
  process.exitCode = 1
}

function sentence({
  files,
  refused,
  read,
  recognised,
  imported,
  slowest,
  growth,
  largest,
}: FuzzReport): string {
  return (
    `${files} files up to ${(largest / 1e6).toFixed(2)} MB: ${refused} refused, ${read} read, ` +
    `${recognised} recognised, ${imported} imported; slowest ${slowest.toFixed(0)} ms of the processor, ` +
    `memory at most ${(growth / 1e6).toFixed(0)} MB more`
  )
}
