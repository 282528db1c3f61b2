/*
 * By how many bytes a process of its own grew while it decoded a photo and encoded it again, in the format that the
 * result's name ends in:
 *
 *     node --import tsx tests/unit/core/photo/memoryOf.ts PHOTO RESULT
 */
import { extname } from 'node:path'
import { withScratch } from '../../../../src/core/files/temporary'
import { withDecoded } from '../../../../src/core/photo/decode'
import { encodePhoto } from '../../../../src/core/photo/encode'
import { endMetadata } from '../../../../src/core/photo/metadata/tags'
import { defaultExport } from '../../../../src/shared/settings'

const formats = { '.jpg': 'jpeg', '.png': 'png', '.tif': 'tiff', '.webp': 'webp', '.avif': 'avif' } as const
const [source, target] = process.argv.slice(2) as [string, string]
const format = formats[extname(target) as keyof typeof formats]
const before = process.memoryUsage().rss
await withScratch((scratch) =>
  withDecoded(source, scratch, {}, (photo) =>
    encodePhoto(photo, { source, target, scratch, exportSettings: { ...defaultExport, format } }),
  ),
)
await endMetadata()
console.log(process.resourceUsage().maxRSS * 1024 - before)
