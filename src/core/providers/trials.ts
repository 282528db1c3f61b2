import { fork } from 'node:child_process'
import { createHash } from 'node:crypto'
import { createRequire } from 'node:module'
import { z } from 'zod'
import { type Provider, Verdict } from '../../shared/providers'
import { JsonRecord } from '../files/jsonRecord'
import type { InstalledModel } from '../model/library'
import { displayDrivers } from './displayDrivers'
import { setAsideFor, TrialFailure } from './verdicts'

/** What is worth trying on a platform, the fastest first; the CPU, which is always there, ends the list. */
export function candidateProviders(platform = process.platform): Provider[] {
  switch (platform) {
    case 'darwin':
      return ['coreml', 'webgpu', 'cpu']
    case 'win32':
      return ['dml', 'webgpu', 'cpu']
    default:
      return ['cuda', 'webgpu', 'cpu']
  }
}

/** What a trial reports, from a process of its own (`probeProcess.ts`). */
export const ProbeAnswer = Verdict.omit({ provider: true })
export type ProbeAnswer = z.infer<typeof ProbeAnswer>

/** A process in which one provider is tried. */
export interface Probe {
  /** Its answer; rejected with how the process ended, if that came first. */
  answer: Promise<unknown>
  /** Kills the process; does nothing once it has ended. */
  kill(): void
}

export type StartProbe = (folder: string, provider: Provider) => Probe

export interface TrialOptions {
  /** How the process of a trial is started. */
  start: StartProbe
  /** JSON file in which verdicts are kept; left out, every trial is made anew. */
  cache?: string
  /** Timeout of a trial in milliseconds, after which the provider counts as hanging. */
  limit?: number
}

/** The first run on a GPU compiles the model for it, which may take half a minute. */
const usualLimit = 90_000
/** Drivers change in ways that `displayDrivers` does not see; so verdicts expire after so many days. */
const days = 30

/**
 * Finds out which execution providers can be trusted with a model. A driver may crash, hang or give wrong pictures, so each
 * is tried in a process of its own and must reproduce the CPU's result. Verdicts are cached until the model, ONNX Runtime
 * or a driver changes.
 */
export class ProviderTrials {
  private readonly cache: JsonRecord<Kept> | undefined

  constructor(private readonly options: TrialOptions) {
    this.cache = options.cache === undefined ? undefined : new JsonRecord(options.cache, Kept)
  }

  /**
   * The provider to run a model with: the first that is trusted, of all or of those given. Where none is, it is the
   * CPU, for there is nothing else.
   */
  async choose(model: InstalledModel, candidates = candidateProviders()): Promise<Provider> {
    for await (const { provider, trusted } of this.verdicts(
      model,
      candidates.filter((candidate) => candidate !== 'cpu'),
    )) {
      if (trusted) return provider
    }
    return 'cpu'
  }

  /** A verdict for each of the providers, one after the other, as they are reached. */
  async *verdicts(
    model: InstalledModel,
    candidates = candidateProviders(),
  ): AsyncGenerator<Verdict, void, undefined> {
    const situation = await situationOf(model)
    for (const provider of candidates) {
      const known = (await this.read())[keyOf(situation, provider)]
      if (known && isFresh(known)) {
        yield known.verdict
        continue
      }
      const verdict = await this.tryOut(model, provider)
      await this.keep(keyOf(situation, provider), verdict)
      yield verdict
    }
  }

  /** Set a provider aside that failed after its trial, for a reason that people understand. */
  async setAside(model: InstalledModel, provider: Provider, reason: string): Promise<void> {
    const key = keyOf(await situationOf(model), provider)
    await this.keep(key, { provider, ...setAsideFor('failed', reason) })
  }

  private async tryOut(model: InstalledModel, provider: Provider): Promise<Verdict> {
    const { start, limit = usualLimit } = this.options
    const probe = start(model.folder, provider)
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new TrialFailure('silent', String(limit / 1000))), limit)
    })
    try {
      const said = ProbeAnswer.safeParse(await Promise.race([probe.answer, late]))
      if (!said.success) throw new TrialFailure('senseless')
      return { provider, ...said.data }
    } catch (error) {
      if (error instanceof TrialFailure) return { provider, ...setAsideFor(error.code, error.value) }
      return { provider, ...setAsideFor('failed', error instanceof Error ? error.message : String(error)) }
    } finally {
      clearTimeout(timer)
      probe.kill()
    }
  }

  /** A verdict that cannot be kept is found anew the next time. */
  private async keep(key: string, verdict: Verdict): Promise<void> {
    const fresh = Object.entries(await this.read()).filter(([, entry]) => isFresh(entry))
    const entries = { ...Object.fromEntries(fresh), [key]: { verdict, time: Date.now() } }
    await this.cache?.write(entries).catch(() => undefined)
  }

  private async read(): Promise<Record<string, Kept>> {
    return (await this.cache?.read()) ?? {}
  }
}

/** A verdict and when it was found, in ms since 1970; the key is what it depends on. */
const Kept = z.object({ verdict: Verdict, time: z.number() })
type Kept = z.infer<typeof Kept>

/**
 * Probes as children of plain Node. `file` is the built `probeProcess.ts`, or the source where this process was started with a
 * loader for TypeScript, whose arguments a child takes over.
 */
export function forkProbe(file: string, execArgv: string[] = process.execArgv): StartProbe {
  return (folder, provider) => {
    const child = fork(file, [folder, provider], { execArgv, stdio: ['ignore', 'ignore', 'ignore', 'ipc'] })
    return {
      answer: new Promise((resolve, reject) => {
        child.once('message', resolve)
        child.once('error', reject)
        child.once('exit', (code, signal) =>
          reject(new TrialFailure('crashed', signal ?? `exit code ${code}`)),
        )
      }),
      kill: () => child.kill('SIGKILL'),
    }
  }
}

/** What all verdicts on a model depend on. */
async function situationOf({ manifest }: InstalledModel): Promise<string> {
  const runtime = createRequire(import.meta.url)('onnxruntime-node/package.json') as { version: string }
  return [manifest.sha256, runtime.version, await displayDrivers()].join('\n')
}

function keyOf(situation: string, provider: Provider): string {
  return createHash('sha256').update(`${situation}\n${provider}`).digest('hex')
}

function isFresh({ time }: Kept): boolean {
  return Math.abs(Date.now() - time) < days * 24 * 3600 * 1000
}
