/*
 * How long the imported network takes beside PyTorch's own export of it, and beside PyTorch:
 *
 *     node --import tsx tests/bench/checkpoint.ts [--side 256] [--rounds 5] [--threads 2]
 *
 * All three run by turns, and the best of the rounds counts, so that other work on the machine hits all alike. Needs
 * training/.venv.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { parseArgs } from 'node:util'
import { InferenceSession, Tensor } from 'onnxruntime-node'
import { importCheckpoint } from '../../src/core/checkpoint/importCheckpoint'

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
  const { model } = await importCheckpoint(join(folder, 'weights.pth'), join(folder, 'models'))
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
} finally {
  torch.child.kill()
  rmSync(folder, { recursive: true, force: true })
}

/** A function that runs a network once and returns the milliseconds. */
async function runnerOf(path: string): Promise<() => Promise<number>> {
  const session = await InferenceSession.create(path, { intraOpNumThreads: threads })
  const picture = Float32Array.from({ length: 3 * side * side }, (_, index) => (index % 97) / 97)
  const feeds = {
    image: new Tensor('float32', picture, [1, 3, side, side]),
    gate_override: new Tensor('float32', new Float32Array(15), [3, 5]),
    gate_mix: new Tensor('float32', [0], [1]),
  }
  return async () => {
    const start = performance.now()
    await session.run(feeds)
    return performance.now() - start
  }
}

function startTorch(): { child: ChildProcess; line: () => Promise<string>; run: () => Promise<number> } {
  const python = join(import.meta.dirname, '../../training/.venv/bin/python')
  const script = join(import.meta.dirname, 'checkpoint_reference.py')
  const child = spawn(python, [script, folder, String(threads)], { stdio: ['pipe', 'pipe', 'ignore'] })
  const lines = createInterface({ input: child.stdout })
  const line = async () => String(await once(lines, 'line'))
  return {
    child,
    line,
    run: async () => {
      child.stdin.write(`${side}\n`)
      return Number(await line())
    },
  }
}
