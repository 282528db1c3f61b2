import { type ImportableArchitecture, importableArchitectures } from '../../../shared/models'
import type { Checkpoint } from '../read/checkpoint'
import type { StoredTensor } from '../read/storedTensor'
import { unknownArchitecture } from '../read/unreadable'
import type { Family, RecognisedArchitecture } from './family'
import { nafNetFamily } from './nafNet'
import { transformerFamily } from './transformerNet'
import { foundIn } from './weights'

/** How each importable architecture is built; several may share one builder. */
const families: Record<ImportableArchitecture, Family> = {
  PromptIR: transformerFamily,
  CPL: transformerFamily,
  Restormer: transformerFamily,
  NAFNet: nafNetFamily,
}

/**
 * Recognises an architecture by the names and shapes of its tensors alone, and builds its graph. `kept` is k, the
 * number of experts that the router keeps; by default it follows from the kind of file.
 *
 * Throws `checkpoint-unknown` with what was expected and what was found.
 */
export function recogniseArchitecture(checkpoint: Checkpoint, kept?: number): RecognisedArchitecture {
  for (const { anchor, build } of new Set(Object.values(families))) {
    const name = [...checkpoint.tensors.keys()].find((name) => name === anchor || name.endsWith(`.${anchor}`))
    if (name === undefined) continue
    const prefix = name.slice(0, -anchor.length)
    const { container } = checkpoint
    const recognised = build({ container, prefix, tensors: below(checkpoint.tensors, prefix), kept })
    if (kept === undefined || recognised.experts > 0) return recognised
    throw unknownArchitecture(
      `Of ${recognised.description} no experts can be kept, because it has none.`,
      'Import it without a number of experts.',
    )
  }
  throw unknown(checkpoint.tensors)
}

/** The tensors whose names begin with `prefix`, by the rest of their names. */
function below(tensors: Map<string, StoredTensor>, prefix: string): Map<string, StoredTensor> {
  return new Map(
    [...tensors]
      .filter(([name]) => name.startsWith(prefix))
      .map(([name, tensor]) => [name.slice(prefix.length), tensor]),
  )
}

function unknown(tensors: Map<string, StoredTensor>): Error {
  const expected = [...new Set(Object.values(families))].map((family) => {
    const names = importableArchitectures.filter((name) => families[name] === family)
    return `“${family.anchor}” (${names.join(', ')})`
  })
  return unknownArchitecture(
    'The weights belong to a model that Petrichor does not know.',
    `Expected ${expected.join(' or ')}; ${foundIn(tensors)}.`,
  )
}
