import type { Region } from '../../shared/photo'

interface Size {
  width: number
  height: number
}

/**
 * For EXIF's orientations 1 to 8: how stored pixels are mirrored left to right, then rotated clockwise, to be upright.
 */
const turns = [
  { flop: false, angle: 0 },
  { flop: true, angle: 0 },
  { flop: false, angle: 180 },
  { flop: true, angle: 180 },
  { flop: true, angle: 270 },
  { flop: false, angle: 90 },
  { flop: true, angle: 90 },
  { flop: false, angle: 270 },
] as const

/** Returns what makes stored pixels upright: first the mirror, then the rotation in degrees clockwise. */
export function orientationTransform(orientation: number): { flop: boolean; angle: number } {
  return turns[orientation - 1] ?? turns[0]
}

/** Maps a region of the upright photo to the stored pixels; `stored` is their size. */
export function regionInFile(upright: Region, orientation: number, stored: Size): Region {
  const { flop, angle } = orientationTransform(orientation)
  const turned = turnedBack(upright, angle, stored)
  return flop ? { ...turned, left: stored.width - turned.left - turned.width } : turned
}

function turnedBack({ left, top, width, height }: Region, angle: number, stored: Size): Region {
  switch (angle) {
    case 90:
      return { left: top, top: stored.height - left - width, width: height, height: width }
    case 180:
      return { left: stored.width - left - width, top: stored.height - top - height, width, height }
    case 270:
      return { left: stored.width - top - height, top: left, width: height, height: width }
    default:
      return { left, top, width, height }
  }
}

/** Expands a region by `margin` pixels, to start and size divisible by `multiple`, clipped to the photo. */
export function expandRegion(region: Region, margin: number, multiple: number, photo: Size): Region {
  const axis = (start: number, length: number, end: number) => {
    const from = Math.floor(Math.max(0, start - margin) / multiple) * multiple
    const to = Math.min(end, Math.ceil((start + length + margin) / multiple) * multiple)
    return [from, to - from] as const
  }
  const [left, width] = axis(region.left, region.width, photo.width)
  const [top, height] = axis(region.top, region.height, photo.height)
  return { left, top, width, height }
}
