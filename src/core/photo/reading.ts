import sharp from 'sharp'

/** How sharp opens photos and rasters throughout: own profile untouched, our own limit on size. */
export const reading = { ignoreIcc: true, limitInputPixels: false } as const

// libvips remembers what it read by path; a photo that was edited meanwhile would come out as it was before.
sharp.cache(false)
