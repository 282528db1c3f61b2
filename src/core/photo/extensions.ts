import { extname } from 'node:path'
import { formatByExtension, formats, type OutputFormat, writtenFormat } from '../../shared/formats'

/** Whether a file in a folder is taken for a photo, by its extension (with the dot) alone. */
export function hasPhotoExtension(extension: string): boolean {
  return formatByExtension(extension.slice(1)) !== undefined
}

/**
 * The extension for the result of a photo: that of the photo's own file where it fits the chosen format, else the usual
 * one.
 */
export function outputExtension(source: string, chosen: OutputFormat | 'source'): string {
  const own = extname(source)
  const found = formatByExtension(own.slice(1))
  const format = chosen === 'source' ? found && writtenFormat(found) : chosen
  return format === undefined || format === found ? own : `.${formats[format].extensions[0]}`
}
