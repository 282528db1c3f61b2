/** Places a photo on the stage of the viewer. Pure: sizes and points in, placements out. */
import type { Region } from '../../shared/photo'

export interface Size {
  readonly width: number
  readonly height: number
}

export interface Point {
  readonly x: number
  readonly y: number
}

/** The photo's upper left corner on the stage, and how many stage pixels one of its pixels takes. */
export interface Placement extends Point {
  readonly scale: number
}

/** A photo on a stage; a pixel of the stage is drawn with `pixelRatio` pixels of the screen. */
export interface Scene {
  readonly photo: Size
  readonly stage: Size
  readonly pixelRatio: number
}

/** Space left around a fitted photo, so that it does not touch its frame. */
export const fitMargin = 20

/** Fitting enlarges small photos no further, for they would only look soft. Relative to 1:1. */
const largestFit = 2

/** Relative to 1:1. */
const largestZoom = 16

/** Beyond this, single pixels are drawn as squares. Relative to 1:1. */
const pixelsVisible = 2

/** The scale of one photo pixel on one pixel of the screen, several of which may make a pixel of the stage. */
export const actualScale = (pixelRatio: number) => 1 / pixelRatio

export const showsPixels = (scale: number, pixelRatio: number) =>
  scale / actualScale(pixelRatio) > pixelsVisible

export function fit({ photo, stage, pixelRatio }: Scene): Placement {
  const scale = Math.min(
    Math.max(stage.width - 2 * fitMargin, 1) / photo.width,
    Math.max(stage.height - 2 * fitMargin, 1) / photo.height,
    largestFit * actualScale(pixelRatio),
  )
  return centred(photo, stage, scale)
}

/** Limits a placement: its scale to what makes sense, its position to no more empty space than necessary. */
export function clamp(placement: Placement, scene: Scene): Placement {
  const { photo, stage } = scene
  const scale = clampScale(placement.scale, scene)
  return {
    scale,
    x: clampAxis(placement.x, photo.width * scale, stage.width),
    y: clampAxis(placement.y, photo.height * scale, stage.height),
  }
}

/** Zooms so that what lies under the point stays there. */
export function zoomAround(placement: Placement, point: Point, scale: number, scene: Scene): Placement {
  const next = clampScale(scale, scene)
  const ratio = next / placement.scale
  const moved = {
    scale: next,
    x: point.x - (point.x - placement.x) * ratio,
    y: point.y - (point.y - placement.y) * ratio,
  }
  return clamp(moved, scene)
}

export function pan(placement: Placement, by: Point, scene: Scene): Placement {
  const moved = { scale: placement.scale, x: placement.x + by.x, y: placement.y + by.y }
  return clamp(moved, scene)
}

/** The part of the stage that the photo covers. */
export function visibleArea(placement: Placement, { photo, stage }: Scene): Size & Point {
  const x = Math.max(placement.x, 0)
  const y = Math.max(placement.y, 0)
  const right = Math.min(placement.x + photo.width * placement.scale, stage.width)
  const bottom = Math.min(placement.y + photo.height * placement.scale, stage.height)
  return { x, y, width: Math.max(right - x, 0), height: Math.max(bottom - y, 0) }
}

/** Where a region is laid over its photo, as CSS. */
export function placeOf({ left, top, width, height }: Region) {
  return { left: `${left}px`, top: `${top}px`, width: `${width}px`, height: `${height}px` }
}

/** The part of the photo that is seen. */
export function regionSeen(placement: Placement, scene: Scene): Region {
  const { photo } = scene
  const seen = visibleArea(placement, scene)
  const left = Math.max(Math.floor((seen.x - placement.x) / placement.scale), 0)
  const top = Math.max(Math.floor((seen.y - placement.y) / placement.scale), 0)
  const right = Math.min(Math.ceil((seen.x + seen.width - placement.x) / placement.scale), photo.width)
  const bottom = Math.min(Math.ceil((seen.y + seen.height - placement.y) / placement.scale), photo.height)
  return { left, top, width: Math.max(right - left, 0), height: Math.max(bottom - top, 0) }
}

/**
 * Where the divider of the split view is on the stage, and at which fraction of the photo's width. It stands at a
 * fraction of what is visible, so that it stays in reach however far the user zooms in.
 */
export function splitAt(fraction: number, placement: Placement, scene: Scene) {
  const visible = visibleArea(placement, scene)
  const onStage = visible.x + fraction * visible.width
  const width = scene.photo.width * placement.scale
  return { onStage, inPhoto: unit((onStage - placement.x) / width) }
}

/** The fraction that puts the divider at `x` on the stage. */
export function splitFraction(x: number, placement: Placement, scene: Scene): number {
  const visible = visibleArea(placement, scene)
  return visible.width === 0 ? 0 : unit((x - visible.x) / visible.width)
}

const unit = (value: number) => Math.min(Math.max(value, 0), 1)

function centred(photo: Size, stage: Size, scale: number): Placement {
  return {
    scale,
    x: (stage.width - photo.width * scale) / 2,
    y: (stage.height - photo.height * scale) / 2,
  }
}

function clampScale(scale: number, scene: Scene): number {
  const actual = actualScale(scene.pixelRatio)
  const smallest = Math.min(fit(scene).scale, actual)
  return Math.min(Math.max(scale, smallest), largestZoom * actual)
}

function clampAxis(start: number, length: number, room: number): number {
  if (length <= room) return (room - length) / 2
  return Math.min(Math.max(start, room - length), 0)
}
