/*
 * By how many bytes a process of its own grew while it opened a file of weights, or refused it:
 *
 *     node --import tsx tests/unit/core/checkpoint/memoryOf.ts FILE
 */
import { openCheckpoint } from '../../../../src/core/checkpoint/checkpoint'
import { PetrichorError } from '../../../../src/core/errors'

const before = process.memoryUsage().rss
try {
  await (await openCheckpoint(process.argv[2]!)).close()
} catch (error) {
  if (!(error instanceof PetrichorError)) throw error
}
console.log(process.resourceUsage().maxRSS * 1024 - before)
