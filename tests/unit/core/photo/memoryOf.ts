/*
 * By how many bytes a process of its own grew while it decoded a photo and encoded it again:
 *
 *     node --import tsx tests/unit/core/photo/memoryOf.ts PHOTO RESULT
 */
import { withDecoded } from '../../../../src/core/photo/decode'
import { encodePhoto } from '../../../../src/core/photo/encode'
import { endMetadata } from '../../../../src/core/photo/metadata/tags'
import { withScratch } from '../../../../src/core/photo/scratch'

const [source, target] = process.argv.slice(2) as [string, string]
const before = process.memoryUsage().rss
await withScratch((scratch) =>
  withDecoded(source, scratch, {}, (photo) => encodePhoto(photo, source, target, scratch)),
)
await endMetadata()
console.log(process.resourceUsage().maxRSS * 1024 - before)
