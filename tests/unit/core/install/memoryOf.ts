/*
 * By how many bytes a process of its own grew while it opened a file of weights, imported it where a library is named, or
 * refused it:
 *
 *     node --import tsx tests/unit/core/checkpoint/memoryOf.ts FILE [LIBRARY]
 */
import { openCheckpoint } from '../../../../src/core/checkpoint/read/checkpoint'
import { importWeights } from '../../../../src/core/install/importWeights'
import { PetrichorError } from '../../../../src/shared/errors'

const [file, library] = process.argv.slice(2)
const before = process.memoryUsage().rss
try {
  if (library === undefined) await (await openCheckpoint(file!)).close()
  else await importWeights(file!, library)
} catch (error) {
  if (!(error instanceof PetrichorError)) throw error
}
console.log(process.resourceUsage().maxRSS * 1024 - before)
