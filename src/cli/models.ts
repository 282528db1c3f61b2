import { Command } from 'commander'
import { importModel } from '../core/install/importModel'
import type { ImportSettings } from '../core/install/importWeights'
import { removeModel } from '../core/install/removeModel'
import { type InstalledModel, listModels } from '../core/model/library'
import { PetrichorError, reportOf } from '../shared/errors'
import { importableArchitectures, weightExtensions } from '../shared/models'
import { allowedUse } from '../shared/photoUse'
import { exitCodes } from './exitCodes'
import { watchForInterruption } from './interruption'
import { importedModels, modelLibraries } from './modelLibraries'
import { numberIn } from './numbers'
import { plain } from './report'

/** What can be imported, for people. */
const architectures = importableArchitectures.join(', ')
const weightFiles = weightExtensions.map((extension) => `.${extension}`).join(', ')

const allowedUseInWords: Record<ReturnType<typeof allowedUse>, string> = {
  personal: 'personal use only',
  any: 'any use',
  unstated: 'use not stated',
}

interface Flags {
  json?: true
}

export function modelsCommand(): Command {
  const json = ['--json', 'print JSON'] as const
  return new Command('models')
    .description('List models, import published weights, remove what was imported.')
    .addCommand(
      new Command('list')
        .description('List the models that photos can be restored with.')
        .option(...json)
        .action((flags: Flags) => list(flags))
        .exitOverride(),
      { isDefault: true },
    )
    .addCommand(
      new Command('import')
        .description(
          `Import published weights (${architectures}: a ${weightFiles} file), or an ONNX model (a folder with ` +
            'manifest.json and model.onnx). Nothing in them is executed.',
        )
        .argument('<path>', 'the file or the folder')
        .option('-n, --name <name>', 'what the model shall be called; otherwise as the file or the manifest')
        .option(
          '-k, --kept <number>',
          'how many of its experts shall be kept at a time',
          numberIn({ least: 1, most: 1000, whole: true }),
        )
        .option('-l, --licence <note>', 'what you know of the licence of the weights')
        .option(...json)
        .action((path: string, flags: ImportSettings & Flags) => importPath(path, flags))
        .exitOverride(),
    )
    .addCommand(
      new Command('remove')
        .description('Remove an imported model.')
        .argument('<id>', 'its id, as the list has it')
        .option(...json)
        .action((id: string, flags: Flags) => remove(id, flags))
        .exitOverride(),
    )
}

async function list({ json }: Flags): Promise<void> {
  const models = await listModels(modelLibraries())
  if (json) {
    print(models.map(described))
    return
  }
  for (const model of models) {
    const { id, name, architecture, licence } = described(model)
    const use = allowedUseInWords[allowedUse(model.manifest)]
    process.stdout.write(
      `${plain(`${id}  ${name}  (${architecture}, ${megabytes(model)} MB, ${use}, ${licence})`)}\n`,
    )
  }
}

async function importPath(path: string, { json, ...settings }: ImportSettings & Flags): Promise<void> {
  const cancelling = new AbortController()
  const { signal } = cancelling
  const interruption = watchForInterruption(() => cancelling.abort(interrupted()))
  await reporting(json, async () => {
    const { model, description, keptBecause } = await importModel(path, importedModels(), settings, {
      signal,
      otherLibraries: modelLibraries(),
    })
    if (json) {
      print({ ...described(model), description, kept: model.manifest.kept, keptBecause })
      return
    }
    const why = keptBecause === '' ? '' : ` (${keptBecause})`
    process.stdout.write(`${plain(`${model.manifest.id}: ${description}${why}, ${megabytes(model)} MB`)}\n`)
  })
  process.exitCode = interruption() ?? process.exitCode
}

function interrupted(): PetrichorError {
  return new PetrichorError(
    'cancelled',
    'The import was interrupted; nothing of it is left.',
    'Start it again when you like.',
  )
}

async function remove(id: string, { json }: Flags): Promise<void> {
  await reporting(json, async () => {
    await removeModel(id, importedModels())
    if (json) print({ removed: id })
    else process.stdout.write(`${plain(id)} is removed.\n`)
  })
}

/** Does work that may fail, reports its error, and sets the exit code. */
async function reporting(json: true | undefined, work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    const report = reportOf(error)
    if (json) print({ error: report })
    else process.stderr.write(`${plain(`${report.message} ${report.detail}`)}\n`)
    process.exitCode = error instanceof PetrichorError ? exitCodes.wrongUsage : exitCodes.someFailed
  }
}

function described({ manifest, bytes }: InstalledModel) {
  const { id, name, version, architecture, licence, commercial } = manifest
  return { id, name, version, architecture, licence, commercial, bytes }
}

function megabytes({ bytes }: InstalledModel): string {
  return (bytes / 1e6).toFixed(1)
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`)
}
