import { join, sep } from 'node:path'
import { type NameField, nameFields } from '../../shared/settings'
import { truncated } from '../files/names'

/** What the words of a template are replaced by. */
export interface NameParts extends Record<NameField, string> {
  /** The photo's name without its extension. */
  name: string
  /** The day on which the photo's file was last modified, as 2026-11-23. */
  date: string
  /** Tasks chosen by hand, as rain+haze, or auto. */
  task: string
  model: string
  /** Its number in the batch, from 1, with leading zeros. */
  n: string
}

const field = new RegExp(`\\{(${nameFields.join('|')})\\}`, 'g')

/** Names that Windows keeps for itself, whatever extension follows. */
const reserved = /^(con|prn|aux|nul|com[0-9¹²³]|lpt[0-9¹²³])$/i

/**
 * Returns the name of a result: the template's words are filled in, characters that are separators or not allowed
 * become underscores, and the whole is truncated to 255 bytes with its extension. Unknown words stay as they are.
 */
export function nameFrom(
  template: string,
  parts: NameParts,
  extension: string,
  platform: NodeJS.Platform = process.platform,
): string {
  const filled = template.replace(field, (_, word: NameField) => parts[word])
  const harmless = filled.replace(platform === 'win32' ? /[/\\<>:"|?*\p{Cc}]/gu : /[/\\\0]/g, '_')
  const safeExtension = extension.replace(/[/\\\0]/g, '_')
  const trimmed = (platform === 'win32' ? harmless.replace(/[. ]+$/, '') : harmless).replace(/^[. ]+$/, '')
  const named = trimmed === '' ? 'photo' : trimmed
  const [first = ''] = named.split('.')
  return truncated(reserved.test(first.trim()) ? `_${named}` : named, safeExtension)
}

/** Returns the folder below a destination that mirrors a relative folder; `..` in it is dropped, so it stays below. */
export function mirroredFolder(destination: string, folder: string): string {
  const names = folder.split(sep === '\\' ? /[/\\]/ : '/').filter((name) => !['', '.', '..'].includes(name))
  return join(destination, ...names)
}

/** Returns a key that is equal for paths that some file system treats as one: case and Unicode form are folded. */
export function caseFoldedPath(path: string): string {
  return path.normalize('NFC').toLowerCase()
}
