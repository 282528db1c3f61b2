import { readdir, statfs } from 'node:fs/promises'
import { availableParallelism, cpus, freemem, release, tmpdir, totalmem } from 'node:os'
import { join } from 'node:path'
import { Command } from 'commander'
import { type InstalledModel, listModels } from '../core/model/library'
import { formatIds, outputFormatIds } from '../shared/formats'
import { providerNames, type Verdict } from '../shared/providers'
import { exitCodes } from './exitCodes'
import { modelLibraries } from './modelLibraries'
import { providerTrials } from './providerTrials'
import { plain } from './report'

/** What a machine can do, as `--json` prints it. Sizes are in bytes. */
interface Findings {
  system: { platform: string; release: string; architecture: string; node: string }
  processor: { name: string; cores: number }
  memory: { total: number; free: number }
  /** `free` is null where the system does not tell. */
  temporary: { folder: string; free: number | null }
  providers: Verdict[]
  models: { id: string; name: string; bytes: number }[]
  /** Folders among the models that hold none that works. */
  damaged: string[]
  formats: { read: string[]; written: string[] }
  display: boolean
  /** What holds this machine back, and what to do about it: sentences for people. */
  advice: string[]
}

/** With less than this a photo of 24 megapixels may not fit (docs/measurements/restoring.md). */
const least = { memory: 4e9, temporary: 1e9 }

export function doctorCommand(): Command {
  return new Command('doctor')
    .description('Say what this computer can do with Petrichor, and why not more.')
    .option('--json', 'print JSON')
    .addHelpText('after', '\nExit code: 0 photos can be restored here, 1 they cannot.')
    .action(async ({ json }: { json?: true }) => {
      const findings = await examine()
      process.stdout.write(json ? `${JSON.stringify(findings)}\n` : sheet(findings))
      process.exitCode = canRestore(findings) ? exitCodes.success : exitCodes.someFailed
    })
}

async function examine(): Promise<Findings> {
  const models = await listModels(modelLibraries())
  const findings = {
    system: {
      platform: process.platform,
      release: release(),
      architecture: process.arch,
      node: process.versions.node,
    },
    processor: { name: cpus()[0]?.model.trim() ?? 'unknown', cores: availableParallelism() },
    memory: { total: totalmem(), free: freemem() },
    temporary: { folder: tmpdir(), free: await freeSpace(tmpdir()) },
    providers: await verdictsOf(models[0]),
    models: models.map(({ manifest: { id, name }, bytes }) => ({ id, name, bytes })),
    damaged: await damagedAmong(models),
    formats: { read: formatIds, written: outputFormatIds },
    display: hasDisplay(),
  }
  return { ...findings, advice: adviceOn(findings) }
}

/** Verdicts with the first model, the bundled one; none where there is no model. */
async function verdictsOf(model: InstalledModel | undefined): Promise<Verdict[]> {
  if (!model) return []
  const verdicts: Verdict[] = []
  for await (const verdict of providerTrials().verdicts(model)) verdicts.push(verdict)
  return verdicts
}

async function damagedAmong(models: InstalledModel[]): Promise<string[]> {
  const sound = new Set(models.map(({ folder }) => folder))
  const folders = await Promise.all(
    modelLibraries().map(async (library) => {
      const entries = await readdir(library, { withFileTypes: true }).catch(() => [])
      return entries
        .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
        .map(({ name }) => join(library, name))
    }),
  )
  return folders.flat().filter((folder) => !sound.has(folder))
}

async function freeSpace(folder: string): Promise<number | null> {
  return statfs(folder).then(
    ({ bavail, bsize }) => bavail * bsize,
    () => null,
  )
}

/** Whether a window could be opened. Only Linux runs without. */
function hasDisplay(): boolean {
  if (process.platform !== 'linux') return true
  return Boolean(process.env['WAYLAND_DISPLAY'] || process.env['DISPLAY'])
}

function canRestore({ models, providers }: Findings): boolean {
  return models.length > 0 && providers.some(({ trusted }) => trusted)
}

function adviceOn(findings: Omit<Findings, 'advice'>): string[] {
  const { memory, temporary, providers, models, damaged, display } = findings
  const advice: string[] = []
  if (models.length === 0) {
    advice.push('There is no model: install Petrichor again, or import one with “petrichor models import”.')
  }
  if (damaged.length > 0) {
    advice.push('Damaged models are passed over: remove their folders, or import them again.')
  }
  const trusted = providers.filter((verdict) => verdict.trusted).map(({ provider }) => provider)
  if (models.length > 0 && trusted.length === 0) {
    advice.push('Nothing here can run the model, not even the CPU: install Petrichor again.')
  } else if (trusted.join() === 'cpu') {
    advice.push(
      'Photos are restored on the CPU, which is slow. A graphics card with a current driver would be used by itself.',
    )
  }
  if (memory.total < least.memory) {
    advice.push('There is little memory: close other programs, and restore small photos or by small models.')
  }
  if (temporary.free !== null && temporary.free < least.temporary) {
    advice.push('There is little temporary space: free some, or set TMPDIR to a folder on a larger disk.')
  }
  if (!display) advice.push('There is no display: the window cannot be opened, the terminal command works.')
  return advice
}

function sheet(findings: Findings): string {
  const { system, processor, memory, temporary, providers, models, damaged, formats, display } = findings
  const rows: [string, string][] = [
    ['System', `${system.platform} ${system.release}, ${system.architecture}, Node ${system.node}`],
    ['Processor', `${processor.name}, ${processor.cores} cores`],
    ['Memory', `${gigabytes(memory.total)}, ${gigabytes(memory.free)} of it free`],
    [
      'Temporary',
      `${temporary.free === null ? 'unknown' : gigabytes(temporary.free)} free in ${temporary.folder}`,
    ],
    ['Display', display ? 'yes' : 'none'],
    ['Reads', formats.read.join(', ')],
    ['Writes', formats.written.join(', ')],
    ...models.map(({ id, name, bytes }): [string, string] => [
      'Model',
      `${id}: ${name}, ${(bytes / 1e6).toFixed(1)} MB`,
    ]),
    ...damaged.map((folder): [string, string] => ['Damaged', folder]),
    ...providers.map((verdict): [string, string] => [providerNames[verdict.provider], verdictText(verdict)]),
  ]
  const lines = rows.map(([name, value]) => plain(`${name.padEnd(10)}${value}`))
  return `${[...lines, ...findings.advice.map((sentence) => `\n${sentence}`)].join('\n')}\n`
}

function verdictText({ trusted, reason, megapixelsPerSecond }: Verdict): string {
  const speed = megapixelsPerSecond === undefined ? '' : `, ${megapixelsPerSecond} megapixels a second`
  return trusted ? `can be used${speed}` : `set aside: ${reason}`
}

function gigabytes(bytes: number): string {
  return `${(bytes / 1e9).toFixed(1)} GB`
}
