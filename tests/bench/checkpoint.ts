/*
 * How long the imported model takes beside PyTorch's own export of it, and beside PyTorch; and how much of it goes into
 * prompts that could be made once for each size of a tile:
 *
 *     node --import tsx tests/bench/checkpoint.ts [--side 256] [--rounds 5] [--threads 2]
 *
 * All three run by turns, and the best of the rounds counts, so that other work on the machine hits all alike. Needs
 * training/.venv.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { importWeights } from '../../src/core/install/importWeights'

const { values } = parseArgs({
  options: {
    side: { type: 'string', default: '256' },
    rounds: { type: 'string', default: '5' },
    threads: { type: 'string', default: '2' },
  },
})
const [side, rounds, threads] = [Number(values.side), Number(values.rounds), Number(values.threads)]
const folder = mkdtempSync(join(tmpdir(), 'petrichor-bench-'))
const torch = startTorch()
try {
  await torch.line()
  const start = performance.now()
  const { model } = await importWeights(join(folder, 'weights.pth'), join(folder, 'models'))
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  const peak = (process.resourceUsage().maxRSS / 1024).toFixed(0)
  console.log(`import: ${seconds} s, the process took ${peak} MB at most`)

  const imported = await runnerOf(join(model.folder, 'model.onnx'))
  const exported = await runnerOf(join(folder, 'exported.onnx'))
  const best = { imported: Infinity, exported: Infinity, torch: Infinity }
  for (let round = 0; round < rounds; round++) {
    best.imported = Math.min(best.imported, await imported())
    best.exported = Math.min(best.exported, await exported())
    best.torch = Math.min(best.torch, await torch.run())
  }
  console.log(`${side}x${side}, ${threads} threads, best of ${rounds}:`)
  for (const [name, milliseconds] of Object.entries(best)) {
    console.log(
      `${name}: ${milliseconds.toFixed(0)} ms, ${(milliseconds / best.imported).toFixed(2)} times imported`,
    )
  }
  const { prompts, whole } = await promptTime(join(model.folder, 'model.onnx'))
  console.log(
    `stretching and convolving prompts: ${prompts.toFixed(0)} of ${whole.toFixed(0)} ms, ${((100 * prompts) / whole).toFixed(1)} %`,
  )
} finally {
  torch.child.kill()
  rmSync(folder, { recursive: true, force: true })
}

/** A function that runs a model once and returns the milliseconds. */
async function runnerOf(path: string): Promise<() => Promise<number>> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: threads })
  return async () => {
    const start = performance.now()
    await session.run(feeds())
    return performance.now() - start
  }
}

/** How many milliseconds of a run are spent on what would be constant for k = 1 and one size of a tile. */
async function promptTime(path: string): Promise<{ prompts: number; whole: number }> {
  const prefix = join(folder, 'profile')
  const options = { intraOpNumThreads: threads, enableProfiling: true, profileFilePrefix: prefix }
  const session = await InferenceSession.create(path, options)
  await session.run(feeds())
  session.endProfiling()
  const file = readdirSync(folder).find((name) => name.startsWith('profile'))!
  const events = JSON.parse(readFileSync(join(folder, file), 'utf8')) as { name: string; dur: number }[]
  const spent = (pattern: RegExp) =>
    events.filter(({ name }) => pattern.test(name)).reduce((sum, { dur }) => sum + dur / 1000, 0)
  // Prompts alone are resized, and the next node convolves them.
  const places = events.flatMap(({ name }) => /^Resize_(\d+)_kernel_time$/.exec(name)?.[1] ?? [])
  const patterns = places.map((at) => new RegExp(`^(Resize_${at}|Conv_${Number(at) + 1})_.*kernel_time$`))
  return {
    prompts: patterns.reduce((sum, pattern) => sum + spent(pattern), 0),
    whole: spent(/^model_run$/),
  }
}

function feeds() {
  const picture = Float32Array.from({ length: 3 * side * side }, (_, index) => (index % 97) / 97)
  return {
    image: new Tensor('float32', picture, [1, 3, side, side]),
    gate_override: new Tensor('float32', new Float32Array(15), [3, 5]),
    gate_mix: new Tensor('float32', [0], [1]),
  }
}

function startTorch(): { child: ChildProcess; line: () => Promise<string>; run: () => Promise<number> } {
  const python = join(import.meta.dirname, '../../training/.venv/bin/python')
  const script = join(import.meta.dirname, 'checkpoint_reference.py')
  const child = spawn(python, ['-W', 'ignore', script, folder, String(threads)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  })
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]()
  const line = async () => {
    const { value, done } = await lines.next()
    if (done) throw new Error('PyTorch’s side ended early.')
    return value
  }
  return {
    child,
    line,
    run: async () => {
      child.stdin.write(`${side}\n`)
      return Number(await line())
    },
  }
}
