import sharp, { type Sharp, type SharpInput, type SharpOptions } from 'sharp'

// libvips remembers what it read by path; a photo that was edited meanwhile would come out as it was before.
sharp.cache(false)

/** Opens an image with sharp as everywhere in Petrichor: without sharp's limit on its size, for we have our own. */
export function openImage(input: SharpInput, options: SharpOptions = {}): Sharp {
  return sharp(input, { ...options, limitInputPixels: false })
}

/** Opens an image for its pixels as they are stored: the colour profile is left alone. */
export function openStored(input: SharpInput, options: SharpOptions = {}): Sharp {
  return openImage(input, { ...options, ignoreIcc: true })
}
