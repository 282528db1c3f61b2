import { mkdir } from 'node:fs/promises'
import { Command, InvalidArgumentError } from 'commander'
import { defaultSettings, type Job, type RestoreSettings } from '../core/batch/job'
import { expandSources, planOutputs } from '../core/batch/plan'
import { Queue } from '../core/batch/queue'
import { type ErrorReport, PetrichorError, reportOf } from '../core/errors'
import { gatesOfTask } from '../core/model/gates'
import { findModel } from '../core/model/library'
import { Restorer } from '../core/restore/restorer'
import { modelLibraries } from './modelLibraries'
import { type Report, reportAsJson, reportToPerson } from './report'

interface RestoreFlags extends RestoreSettings {
  out: string
  json?: true
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description('Restore photos and folders of photos. Originals are only read.')
    .argument('<paths...>', 'photos, and folders that are searched to their depths')
    .requiredOption('-o, --out <folder>', 'where the restored files go; folder trees are kept')
    .option('-m, --model <id or folder>', 'the network', defaultSettings.model)
    .option('-t, --task <task>', 'auto, or what to remove: rain, haze, snow, noise, …', defaultSettings.task)
    .option(
      '-s, --strength <percent>',
      'how much of the restoration to mix in, 0 to 100',
      percent,
      defaultSettings.strength,
    )
    .option('--json', 'print one JSON object for each photo')
    .action(async (paths: string[], flags: RestoreFlags) => {
      process.exitCode = await restore(paths, flags)
    })
}

/** Returns the exit code. */
async function restore(paths: string[], { out, json, ...settings }: RestoreFlags): Promise<number> {
  const report = json ? reportAsJson() : reportToPerson()
  const failures: { path: string; error: ErrorReport }[] = []
  const sources = await Promise.all(
    paths.map((path) =>
      expandSources([path]).catch((error: unknown) => {
        failures.push({ path, error: reportOf(error) })
        return []
      }),
    ),
  ).then((found) => found.flat())

  try {
    const model = await findModel(settings.model, modelLibraries())
    gatesOfTask(model.manifest, settings.task)
    await mkdir(out, { recursive: true })
    if (sources.length === 0 && failures.length === 0) throw noPhotos(paths)
  } catch (error) {
    report.stop(reportOf(error))
    return error instanceof PetrichorError ? 2 : 1
  }

  const outputs = planOutputs(sources, out)
  const jobs = sources.map(({ path }, index) => ({
    source: path,
    output: outputs[index]!,
    purpose: 'batch' as const,
    settings,
  }))
  const failed = await runJobs(jobs, report)
  for (const { path, error } of failures) report.failed(path, error)
  report.end(jobs.length - failed, failures.length + failed)
  return failures.length + failed === 0 ? 0 : 1
}

/** Returns how many failed. Ctrl+C lets the photo in hand go, cancels the rest and ends cleanly. */
async function runJobs(
  jobs: Pick<Job, 'source' | 'output' | 'purpose' | 'settings'>[],
  report: Report,
): Promise<number> {
  const restorer = new Restorer(modelLibraries())
  const shown = new Set<string>()
  const queue: Queue = new Queue({
    run: (job, signal, onProgress) =>
      restorer.restore(job, { signal, onProgress: (done, total) => onProgress({ done, total }) }),
    onProgress: (id, { done, total }) => report.progress(queue.get(id)!.source, done, total),
    onChange: () => {
      for (const job of queue.list()) {
        if (shown.has(job.id) || job.state === 'waiting' || job.state === 'running') continue
        shown.add(job.id)
        if (job.result) report.done(job.source, job.result)
        if (job.error) report.failed(job.source, job.error)
      }
    },
  })
  const stop = () => queue.cancel(queue.list().map(({ id }) => id))
  process.once('SIGINT', stop)
  report.begin(jobs.length)
  queue.add(jobs)
  await queue.idle()
  process.removeListener('SIGINT', stop)
  await restorer.close()
  return queue.list().filter(({ state }) => state !== 'done').length
}

function percent(text: string): number {
  const value = Number(text)
  if (text.trim() === '' || !(value >= 0 && value <= 100))
    throw new InvalidArgumentError('It must be a number from 0 to 100.')
  return value
}

function noPhotos(paths: string[]): PetrichorError {
  return new PetrichorError(
    'no-photos',
    `There are no photos in ${paths.join(', ')}.`,
    'Give photos or folders that hold some.',
  )
}
