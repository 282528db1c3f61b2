import type { Sharp } from 'sharp'
import { openImage } from '../photo/reading'

/**
 * A photo as the screen shows it: upright, sRGB, 8 bits, on a neutral ground where it is transparent. What can still be
 * read of a damaged photo is shown.
 */
export function upright(path: string): Sharp {
  return openImage(path, { failOn: 'none' }).rotate().flatten({ background: '#808080' }).toColourspace('srgb')
}

/** PNG settings for pictures that live for minutes: quick, and without loss, so that differences of two are true. */
export const fastPng = { compressionLevel: 1 } as const
