import { resolve } from 'node:path'
import { Command, InvalidArgumentError, Option } from 'commander'
import { openLedger } from '../core/batch/ledger'
import { expandSources, planJobs } from '../core/batch/plan'
import { type NewJob, Queue } from '../core/batch/queue'
import { diskError } from '../core/files/fileErrors'
import { makeFolder } from '../core/files/folders'
import { lstatOf, statOf } from '../core/files/state'
import { sweepAround } from '../core/files/temporary'
import { gatesOfTasks } from '../core/model/gates'
import { findModel } from '../core/model/library'
import type { Manifest } from '../core/model/manifest'
import { Restorer } from '../core/restore/restorer'
import { PetrichorError, reportOf } from '../shared/errors'
import { hasDepthChoice, hasQuality, listFormats, outputFormatIds } from '../shared/formats'
import { type Allowance, leastMemory, pixelLimits, tileSides } from '../shared/machine'
import { isForbidden, type PhotoUse, photoUses } from '../shared/photoUse'
import { defaultPreferences } from '../shared/preferences'
import {
  collisionChoices,
  defaultExport,
  defaultNames,
  defaultSettings,
  depthChoices,
  type ExportSettings,
  formatChoices,
  type PlacingSettings,
  type RestoreSettings,
} from '../shared/settings'
import { exitCodes } from './exitCodes'
import { watchForInterruption } from './interruption'
import { ledgerFile, modelLibraries } from './modelLibraries'
import { numberIn, percent } from './numbers'
import { providerTrials } from './providerTrials'
import { type Report, reportAsJson, reportToPerson } from './report'

/** Formats whose quality, and those whose depth can be chosen. */
const withQuality = outputFormatIds.filter(hasQuality)
const withDepthChoice = outputFormatIds.filter(hasDepthChoice)

interface RestoreFlags {
  model: string
  for?: PhotoUse
  task: Record<string, number>
  strength: number
  format: ExportSettings['format']
  quality: number
  depth: ExportSettings['depth']
  stripLocation?: true
  out?: string
  flat?: true
  beside?: true
  name?: string
  onCollision: PlacingSettings['collision']
  tile?: number
  memory?: number
  megapixels?: number
  json?: true
}

export function restoreCommand(): Command {
  return new Command('restore')
    .description(
      'Restore photos and folders of photos. Originals are only read. What was restored before with the same settings, and is still there, is skipped.',
    )
    .argument(
      '<paths...>',
      'photos, and folders that are searched to their depths; earlier results in them are passed over',
    )
    .optionsGroup('How they are restored:')
    .option('-m, --model <id or folder>', 'the model', defaultSettings.model)
    .addOption(
      new Option('--for <use>', 'what the photos are for; warns where the model does not allow it').choices(
        photoUses.filter((use) => use !== 'unstated'),
      ),
    )
    .addOption(
      new Option(
        '-t, --task <task>',
        'what to remove: rain, haze, snow, noise, …, or rain=60 for a strength in per cent; may be given several times',
      )
        .argParser(chosenTask)
        .default(defaultSettings.tasks, 'auto, the model decides'),
    )
    .option(
      '-s, --strength <percent>',
      'how much of the restoration to mix in, 0 to 100',
      percent,
      defaultSettings.strength,
    )
    .optionsGroup('What the results become:')
    .addOption(
      new Option('-f, --format <format>', 'the format of the results')
        .choices(formatChoices)
        .default(defaultExport.format, 'as the photo'),
    )
    .option(
      '-q, --quality <1..100>',
      `of ${listFormats(withQuality, 'and')}; lossless formats have none`,
      numberIn({ least: 1, most: 100, whole: true }),
      defaultExport.quality,
    )
    .addOption(
      new Option('--depth <bits>', `bits a channel in ${listFormats(withDepthChoice, 'and')}`)
        .choices(depthChoices)
        .default(defaultExport.depth, 'as the photo'),
    )
    .option('--strip-location', 'leave out where the photos were taken, and nothing else')
    .optionsGroup('Where they go:')
    .option('-o, --out <folder>', 'a folder; the trees of folders are kept in it')
    .option('--flat', 'with --out: all in that one folder')
    .option('--beside', 'beside each photo')
    .option(
      '-n, --name <template>',
      'their names, with {name}, {date}, {task}, {model} and {n} (default: {name}, beside the photos {name}-restored)',
    )
    .addOption(
      new Option(
        '--on-collision <what>',
        'where a name is taken: number the result, skip the photo, or overwrite an earlier result of the same photo; other files are never replaced',
      )
        .choices(collisionChoices)
        .default(defaultPreferences.placing.collision),
    )
    .optionsGroup('What of the machine may be used:')
    .option(
      '--tile <pixels>',
      'side of a tile (default: as the model suggests, smaller while memory is short)',
      numberIn({ ...tileSides, whole: true }),
    )
    .option(
      '--memory <gigabytes>',
      'what reading or writing a photo may hold (default: three quarters of the memory)',
      numberIn({ least: leastMemory / 1e9, most: 10_000 }),
    )
    .option(
      '--megapixels <number>',
      `the largest photo that is opened (default: ${pixelLimits.default / 1e6})`,
      numberIn({ least: pixelLimits.least / 1e6, most: 100_000 }),
    )
    .optionsGroup('Else:')
    .option('--json', 'print one JSON object for each photo, one a line')
    .addHelpText(
      'after',
      `
Examples:
  petrichor restore photos/ --out restored/
  petrichor restore wedding/ --out clean/ --format tiff --depth 16 --task rain --task haze=40
  petrichor restore a.heic b.jpg --beside --name "{name}-{task}" --strip-location

Exit code: 0 all were restored or skipped, 1 some were not, 2 wrong usage.`,
    )
    .action(async (paths: string[], flags: RestoreFlags) => {
      process.exitCode = await restore(paths, flags)
    })
}

/** Returns the exit code. */
async function restore(paths: string[], flags: RestoreFlags): Promise<number> {
  const { out, model, task, strength, format, quality, depth } = flags
  const report = flags.json ? reportAsJson() : reportToPerson()
  const ledger = openLedger(ledgerFile(), (warning) => report.warn(warning))
  const restorer = new Restorer(modelLibraries(), {
    ledger,
    trials: providerTrials(),
    allowance: allowanceOf(flags),
  })
  const settings: RestoreSettings = { model, tasks: task, strength }
  try {
    const { manifest } = await findModel(model, modelLibraries())
    gatesOfTasks(manifest, task)
    const placing = placingOf(flags)
    if (out !== undefined) await makeDestination(out)

    let failed = 0
    const sources = await expandSources(paths, {
      ...(out !== undefined && { except: out }),
      onFailure: (path, error) => {
        failed++
        report.failed(path, reportOf(error))
      },
    })
    if (sources.length === 0 && failed === 0) throw noPhotos(paths)
    if (isForbidden(manifest, flags.for ?? 'unstated')) report.warn(forbiddenBy(manifest))

    const { jobs, skipped } = planJobs(
      sources,
      {
        settings,
        export: { format, quality, depth, stripLocation: flags.stripLocation ?? false },
        placing,
        model: manifest,
      },
      { lstatOf, statOf, ledger },
    )
    for (const photo of skipped) {
      if (photo.reason === 'done') await sweepAround(photo.output)
      report.skipped(photo)
    }
    const { done, interruption } = await runJobs(jobs, restorer, report)
    failed += jobs.length - done
    report.end(done, failed, skipped.length)
    return interruption ?? (failed === 0 ? exitCodes.success : exitCodes.someFailed)
  } catch (error) {
    report.stop(reportOf(error))
    return error instanceof PetrichorError ? exitCodes.wrongUsage : exitCodes.someFailed
  } finally {
    await restorer.close()
  }
}

/**
 * Restores photos one after the other. Returns how many were restored, and the exit code of an interruption where there
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

/** Throws `settings-invalid` for flags that contradict each other. */
function placingOf({ out, flat, beside, name, onCollision: collision }: RestoreFlags): PlacingSettings {
  if ((out === undefined) === (beside === undefined)) throw invalid('Give either --out <folder> or --beside.')
  if (flat && beside) throw invalid('--flat goes with --out.')
  const kind = beside ? 'beside' : flat ? 'folder' : 'tree'
  return {
    destination: kind === 'beside' ? { kind } : { kind, folder: out! },
    name: name ?? defaultNames[kind],
    collision,
  }
}

function invalid(detail: string): PetrichorError {
  return new PetrichorError('settings-invalid', 'It is not clear where the results shall go.', detail)
}

async function makeDestination(folder: string): Promise<void> {
  await makeFolder(resolve(folder)).catch((error: unknown) => {
    throw diskError(error, folder)
  })
}

function allowanceOf({ tile, memory, megapixels }: RestoreFlags): Allowance {
  return {
    tile: tile ?? null,
    memory: memory === undefined ? null : memory * 1e9,
    pixels: megapixels === undefined ? null : megapixels * 1e6,
  }
}

/** Parses `rain` or `rain=60` and adds it to the tasks before it; `auto` clears them. */
function chosenTask(text: string, before: Record<string, number>): Record<string, number> {
  if (text === 'auto') return {}
  const [, id, strength] = /^([^=]+)(?:=(.*))?$/s.exec(text) ?? []
  if (id === undefined) throw new InvalidArgumentError('It must be a task, such as rain, or rain=60.')
  return { ...before, [id]: strength === undefined ? 100 : percent(strength) }
}

function forbiddenBy({ name }: Manifest): Error {
  return new Error(
    `The photos are for paid work, which “${name}” does not allow: ask its authors for permission, or choose another model with --model.`,
  )
}

function noPhotos(paths: string[]): PetrichorError {
  return new PetrichorError(
    'no-photos',
    `There are no photos in ${paths.join(', ')}.`,
    'Give photos or folders that hold some.',
  )
}
