import { mkdir } from 'node:fs/promises'
import { Command, InvalidArgumentError } from 'commander'
import { defaultExport, defaultNames, defaultSettings, type RestoreSettings } from '../core/batch/job'
import { expandSources, planOutputs } from '../core/batch/plan'
import { type NewJob, Queue } from '../core/batch/queue'
import { PetrichorError, reportOf } from '../core/errors'
import { gatesOfTasks } from '../core/model/gates'
import { findModel } from '../core/model/library'
import { diskError } from '../core/photo/diskErrors'
import { Restorer } from '../core/restore/restorer'
import { exitCodes } from './exitCodes'
import { watchForInterruption } from './interruption'
import { modelLibraries } from './modelLibraries'
import { type Report, reportAsJson, reportToPerson } from './report'

interface RestoreFlags {
  model: string
  task: Record<string, number>
  strength: number
  out: string
  json?: true
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description(
      'Restore photos and folders of photos. Originals are only read, existing files never replaced.',
    )
    .argument('<paths...>', 'photos, and folders that are searched to their depths')
    .requiredOption('-o, --out <folder>', 'where the restored files go; folder trees are kept')
    .option('-m, --model <id or folder>', 'the network', defaultSettings.model)
    .option(
      '-t, --task <task>',
      'what to remove: rain, haze, snow, noise, …, or rain=60 for a strength in per cent; may be given several times; without it the network decides (auto)',
      chosenTask,
      defaultSettings.tasks,
    )
    .option(
      '-s, --strength <percent>',
      'how much of the restoration to mix in, 0 to 100',
      percent,
      defaultSettings.strength,
    )
    .option('--json', 'print one JSON object for each photo, one a line')
    .addHelpText('after', '\nExit code: 0 all were restored, 1 some were not, 2 wrong usage.')
    .action(async (paths: string[], flags: RestoreFlags) => {
      process.exitCode = await restore(paths, flags)
    })
}

/** Returns the exit code. */
async function restore(paths: string[], { out, json, model, task, strength }: RestoreFlags): Promise<number> {
  const report = json ? reportAsJson() : reportToPerson()
  const restorer = new Restorer(modelLibraries())
  const settings: RestoreSettings = { model, tasks: task, strength }
  try {
    const { manifest } = await findModel(model, modelLibraries())
    gatesOfTasks(manifest, task)
    await makeFolder(out)

    let failed = 0
    const sources = await expandSources(paths, {
      except: out,
      onFailure: (path, error) => {
        failed++
        report.failed(path, reportOf(error))
      },
    })
    if (sources.length === 0 && failed === 0) throw noPhotos(paths)

    const outputs = planOutputs(sources, {
      destination: { kind: 'tree', folder: out },
      name: defaultNames.tree,
      collision: 'number',
    })
    const jobs = sources.map(({ path }, index): NewJob => ({
      source: path,
      output: outputs[index]!,
      purpose: 'batch',
      settings,
      export: defaultExport,
    }))
    const { done, interruption } = await runJobs(jobs, restorer, report)
    failed += jobs.length - done
    report.end(done, failed)
    return interruption ?? (failed === 0 ? exitCodes.success : exitCodes.someFailed)
  } catch (error) {
    report.stop(reportOf(error))
    return error instanceof PetrichorError ? exitCodes.wrongUsage : exitCodes.someFailed
  } finally {
    await restorer.close()
  }
}

/**
 * Restore photos one after the other. Returns how many were restored, and the exit code of an interruption where there
 * was one.
 */
async function runJobs(
  jobs: NewJob[],
  restorer: Restorer,
  report: Report,
): Promise<{ done: number; interruption: number | undefined }> {
  const told = new Set<string>()
  const queue: Queue = new Queue({
    run: (job, signal, onProgress) =>
      restorer.restore(job, { signal, onProgress: (done, total) => onProgress({ done, total }) }),
    onProgress: (id, { done, total }) => report.progress(queue.get(id)!.source, done, total),
    onChange: () => {
      for (const { id, source, result, error } of queue.list()) {
        if (told.has(id) || !(result || error)) continue
        told.add(id)
        if (result) report.done(source, result)
        if (error) report.failed(source, error)
      }
    },
  })
  const interruption = watchForInterruption(() => queue.cancel(queue.list().map(({ id }) => id)))
  report.begin(jobs.length)
  queue.add(jobs)
  await queue.idle()
  return { done: queue.list().filter(({ state }) => state === 'done').length, interruption: interruption() }
}

async function makeFolder(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true }).catch((error: unknown) => {
    throw diskError(error, folder)
  })
}

function percent(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 100))
    throw new InvalidArgumentError('It must be a number from 0 to 100.')
  return value
}

/** `rain`, or `rain=60`, added to the tasks before it; `auto` takes them back. */
function chosenTask(text: string, before: Record<string, number>): Record<string, number> {
  if (text === 'auto') return {}
  const [, id, strength] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? []
  if (id === undefined) throw new InvalidArgumentError('It must be a task, such as rain, or rain=60.')
  return { ...before, [id]: strength === undefined ? 100 : percent(strength) }
}

function noPhotos(paths: string[]): PetrichorError {
  return new PetrichorError(
    'no-photos',
    `There are no photos in ${paths.join(', ')}.`,
    'Give photos or folders that hold some.',
  )
}
