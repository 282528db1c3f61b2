import type { Cause, Provider } from '../../shared/providers'
import { findModel, type InstalledModel } from '../model/library'
import { largestDifference, selfTest, testPicture } from '../model/selfTest'
import { type Inference, loadSession, type Session } from '../model/session'
import type { ProbeAnswer } from './trials'
import { setAsideFor } from './verdicts'

/** Side of the picture in pixels, at least: large enough that a GPU shows its speed. */
const side = 128
/** How far a result may be from the CPU's: half precision is a little off, a broken driver far. */
const tolerance = { picture: 4 / 255, gates: 0.05 }

/**
 * Runs a model on a provider and compares the result with the CPU's. Never throws; but a bad driver may crash the
 * calling process, or hang it.
 */
export async function probeProvider(folder: string, provider: Provider): Promise<ProbeAnswer> {
  try {
    return await compare(await findModel(folder, []), provider)
  } catch (error) {
    return causeOf(error)
  }
}

async function compare(model: InstalledModel, provider: Provider): Promise<ProbeAnswer> {
  const reference = await trial(model, 'cpu')
  if (provider === 'cpu') return { trusted: true, reason: '', megapixelsPerSecond: speedOf(reference) }

  const own = await trial(model, provider, reference)
  const answer = { megapixelsPerSecond: speedOf(own) }
  const picture = largestDifference(reference.restored, own.restored)
  if (!(picture <= tolerance.picture)) {
    return { ...answer, ...setAsideFor('wrong-picture', shown(picture)) }
  }
  const gates = largestDifference(
    Float32Array.from(reference.gates.flat()),
    Float32Array.from(own.gates.flat()),
  )
  if (!(gates <= tolerance.gates)) {
    return { ...answer, ...setAsideFor('wrong-gates', shown(gates)) }
  }
  if (own.seconds > reference.seconds) {
    return { ...answer, ...setAsideFor('slower', shown(own.seconds / reference.seconds)) }
  }
  return { ...answer, trusted: true, reason: '' }
}

interface Trial extends Inference {
  /** What the second run took; the first one prepares the device. */
  seconds: number
  pixels: number
}

async function trial(model: InstalledModel, provider: Provider, reference?: Inference): Promise<Trial> {
  const session = await loadSession(model, { provider })
  try {
    if (provider === 'cpu') await selfTest(session)
    return await timed(session, reference)
  } finally {
    await session.close()
  }
}

async function timed(session: Session, reference: Inference | undefined): Promise<Trial> {
  const { multiple } = session.manifest
  const length = Math.ceil(side / multiple) * multiple
  const picture = testPicture(length, length)
  // By the same gates, so that two experts that are all but equal cannot make two pictures of it.
  const run = () => session.run({ planes: picture, width: length, height: length }, reference)
  await run()
  const start = performance.now()
  const inference = await run()
  return { ...inference, seconds: (performance.now() - start) / 1000, pixels: length * length }
}

function speedOf({ pixels, seconds }: Trial): number {
  return Number((pixels / 1e6 / seconds).toPrecision(3))
}

function shown(value: number): string {
  return Number.isFinite(value) ? value.toPrecision(2) : '∞'
}

/** Messages of ONNX Runtime where a provider is not available, and the causes that they mean. */
const meanings: [RegExp, Cause['code']][] = [
  [/backend not found/, 'elsewhere'],
  [/shared library|shared object/, 'no-libraries'],
  [/WebGPU adapter/, 'no-adapter'],
]

/** Returns the cause of a failure by its code where that is known, else the first line of the error's message. */
function causeOf(error: unknown): ProbeAnswer {
  const cause = error instanceof Error && error.cause !== undefined ? error.cause : error
  const text = cause instanceof Error ? cause.message : String(cause)
  const meaning = meanings.find(([pattern]) => pattern.test(text))?.[1]
  return meaning ? setAsideFor(meaning) : setAsideFor('failed', text.split('\n', 1)[0]!.slice(0, 300))
}
