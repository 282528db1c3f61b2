import sharp, { type Sharp } from 'sharp'

/**
 * A photo as the screen shows it: upright, sRGB, 8 bits, on a neutral ground where it is transparent. What can still be
 * read of a damaged photo is shown.
 */
export function upright(path: string): Sharp {
  return sharp(path, { failOn: 'none', limitInputPixels: false })
    .rotate()
    .flatten({ background: '#808080' })
    .toColourspace('srgb')
}

/** Compressed without loss and in haste: these pictures live for minutes, and differences between two must be true. */
export const fastPng = { compressionLevel: 1 } as const
