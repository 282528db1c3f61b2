import { basename, extname } from 'node:path'

/** The longest name, in bytes, that common file systems take. */
const longestName = 255

/** `photo.jpg` for 1, `photo-2.jpg` for 2, and so on; truncated where the number would make the name too long. */
export function withNumber(path: string, number: number): string {
  if (number === 1) return path
  const extension = extname(path)
  const folder = path.slice(0, path.length - basename(path).length)
  return folder + truncated(basename(path, extension), `-${number}${extension}`)
}

/** A name with an ending, truncated before that ending where the whole would be too long. */
export function truncated(name: string, ending: string): string {
  const room = longestName - Buffer.byteLength(ending)
  let kept = name
  while (Buffer.byteLength(kept) > room) kept = [...kept].slice(0, -1).join('')
  return kept + ending
}
