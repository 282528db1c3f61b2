import { join } from 'node:path'
import { Command, Option } from 'commander'
import sharp from 'sharp'
import { withScratch } from '../core/files/temporary'
import { findModel, type InstalledModel, listModels } from '../core/model/library'
import { loadSession, type Session } from '../core/model/session'
import { withDecoded } from '../core/photo/decode'
import { encodePhoto } from '../core/photo/encode'
import { restoreRaster } from '../core/restore/restore'
import { PetrichorError, reportOf } from '../shared/errors'
import { type Provider, providers } from '../shared/providers'
import { exitCodes } from './exitCodes'
import { modelLibraries } from './modelLibraries'
import { numberIn } from './numbers'
import { providerTrials } from './providerTrials'
import { plain } from './report'

interface Flags {
  model?: string
  provider?: Provider
  megapixels: number
  json?: true
}

/** What a photo took with one model and provider. Times are in seconds. */
interface Measurement {
  model: string
  provider: Provider
  megapixels: number
  /** From the file to the restored file; loading the model is not in it. */
  seconds: number
  /** Of these, spent in the model itself. */
  modelSeconds: number
  megapixelsPerSecond: number
}

export function benchCommand(): Command {
  return new Command('bench')
    .description('Measure how fast photos are restored here, by model and provider.')
    .option('-m, --model <id or folder>', 'only this model')
    .addOption(new Option('-p, --provider <provider>', 'only this one, trusted or not').choices(providers))
    .option(
      '--megapixels <number>',
      'size of the photo that is made for it',
      numberIn({ least: 0.01, most: 1000 }),
      2,
    )
    .option('--json', 'print one JSON object for each measurement, one a line')
    .addHelpText(
      'after',
      `
Examples:
  petrichor bench --megapixels 24
  petrichor bench --model petrichor-compact --provider cpu --json

Exit code: 0 all was measured, 1 something went wrong, 2 wrong usage, or a model or provider that cannot be used.`,
    )
    .action(async (flags: Flags) => {
      process.exitCode = await bench(flags)
    })
}

/** Returns the exit code. */
async function bench({ model, provider, megapixels, json }: Flags): Promise<number> {
  const say = (value: object, text: string) =>
    process.stdout.write(json ? `${JSON.stringify(value)}\n` : `${plain(text)}\n`)
  try {
    const models = model ? [await findModel(model, modelLibraries())] : await listModels(modelLibraries())
    await withScratch(async (scratch) => {
      const photo = join(scratch, 'photo.jpg')
      await makePhoto(photo, megapixels)
      for (const chosen of models) {
        for (const by of provider ? [provider] : await trusted(chosen)) {
          const measured = await measure(chosen, by, photo, scratch)
          say(measured, sentence(measured))
        }
      }
    })
    return exitCodes.success
  } catch (error) {
    const report = reportOf(error)
    if (json) say({ error: report }, '')
    else process.stderr.write(`${plain(`${report.message} ${report.detail}`)}\n`)
    return error instanceof PetrichorError ? exitCodes.wrongUsage : exitCodes.someFailed
  }
}

async function trusted(model: InstalledModel): Promise<Provider[]> {
  const found: Provider[] = []
  for await (const verdict of providerTrials().verdicts(model)) {
    if (verdict.trusted) found.push(verdict.provider)
  }
  return found
}

async function measure(
  model: InstalledModel,
  provider: Provider,
  source: string,
  scratch: string,
): Promise<Measurement> {
  const session = timed(await loadSession(model, { provider }))
  try {
    const start = performance.now()
    const { width, height } = await withDecoded(source, scratch, {}, async (photo) => {
      await restoreRaster(photo.raster, session, { tasks: {}, strength: 100 })
      await encodePhoto(photo, { source, target: join(scratch, 'restored.jpg'), scratch })
      return photo.raster.shape
    })
    const seconds = (performance.now() - start) / 1000
    const pixels = (width * height) / 1e6
    return {
      model: model.manifest.id,
      provider,
      megapixels: rounded(pixels),
      seconds: rounded(seconds),
      modelSeconds: rounded(session.seconds()),
      megapixelsPerSecond: rounded(pixels / seconds),
    }
  } finally {
    await session.close()
  }
}

/** The model, with a clock that runs while it does. */
function timed(session: Session): Session & { seconds: () => number } {
  let milliseconds = 0
  async function clocked<T>(work: () => Promise<T>): Promise<T> {
    const start = performance.now()
    const result = await work()
    milliseconds += performance.now() - start
    return result
  }
  return {
    ...session,
    seconds: () => milliseconds / 1000,
    run: (...input) => clocked(() => session.run(...input)),
    route: (...input) => clocked(() => session.route(...input)),
  }
}

/** Side in pixels of what the photo is made of. */
const patch = 1024

/**
 * Writes a JPEG of 3 by 2, of so many megapixels at most, with slopes and grain: one patch over and over, so that a
 * large photo takes no more memory than a small one.
 */
export async function makePhoto(path: string, megapixels: number): Promise<void> {
  const height = Math.max(1, Math.floor(Math.sqrt((megapixels * 1e6) / 1.5)))
  const width = Math.floor(1.5 * height)
  const pixels = Uint8Array.from({ length: 3 * patch * patch }, (_, at) => {
    const [x, y] = [Math.floor(at / 3) % patch, Math.floor(at / 3 / patch)]
    return 110 + 80 * Math.sin((x + 40 * (at % 3)) / 90) * Math.cos(y / 70) + ((at * 37) % 41)
  })
  const [columns, rows] = [Math.min(width, patch), Math.min(height, patch)]
  await sharp(pixels, { raw: { width: patch, height: patch, channels: 3 } })
    .extract({ left: 0, top: 0, width: columns, height: rows })
    .extend({ right: width - columns, bottom: height - rows, extendWith: 'repeat' })
    // Optimised Huffman tables would need a second pass over the whole photo in memory.
    .jpeg({ quality: 95, optimizeCoding: false })
    .toFile(path)
}

function sentence(measured: Measurement): string {
  const { model, provider, megapixels, seconds, modelSeconds, megapixelsPerSecond } = measured
  return (
    `${model} by ${provider}: ${megapixelsPerSecond} megapixels a second ` +
    `(${megapixels} in ${seconds} s, the model ${modelSeconds} s of it)`
  )
}

function rounded(value: number): number {
  return Number(value.toPrecision(3))
}
