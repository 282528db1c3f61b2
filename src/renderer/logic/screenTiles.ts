/** Which tiles of a large photo a look at it needs. Pure: sizes in, places out. */
import { screenEdge, tileSide, type TilePlace } from '../../shared/photoAddress'
import type { Placement, Region, Size } from './geometry'
import { visibleArea } from './geometry'

/** A tile and what it covers of the photo. */
export interface Tile extends TilePlace {
  readonly region: Region
}

/** Tiles hold a pixel more than they cover, to the right and below, so that no gap shows between two. */
const reach = 1

/**
 * The tiles that cover what is visible, at the first level with as many pixels as the screen has; none where the picture
 * of the whole photo is as good.
 */
export function tilesFor(photo: Size, placement: Placement, stage: Size, pixelRatio: number): Tile[] {
  const level = levelFor(photo, placement.scale * pixelRatio)
  if (level === undefined) return []
  const side = tileSide * 2 ** level
  const seen = visibleArea(placement, photo, stage)
  const first = (edge: number, offset: number) =>
    Math.max(Math.floor((edge - offset) / placement.scale / side), 0)
  const last = (edge: number, offset: number, length: number) =>
    Math.min(Math.ceil((edge - offset) / placement.scale / side), Math.ceil(length / side))

  const tiles: Tile[] = []
  for (
    let row = first(seen.y, placement.y);
    row < last(seen.y + seen.height, placement.y, photo.height);
    row++
  ) {
    for (
      let column = first(seen.x, placement.x);
      column < last(seen.x + seen.width, placement.x, photo.width);
      column++
    ) {
      tiles.push({ level, column, row, region: regionOf(photo, level, column, row) })
    }
  }
  return tiles
}

/** `density`: pixels of the screen for each pixel of the photo. Undefined where the whole picture has enough. */
export function levelFor(photo: Size, density: number): number | undefined {
  const whole = Math.min(screenEdge / Math.max(photo.width, photo.height), 1)
  if (whole === 1 || density <= whole) return undefined
  const level = Math.max(Math.floor(-Math.log2(density)), 0)
  return 2 ** -level > whole ? level : undefined
}

function regionOf(photo: Size, level: number, column: number, row: number): Region {
  const scale = 2 ** level
  const left = column * tileSide * scale
  const top = row * tileSide * scale
  const length = (tileSide + reach) * scale
  return {
    left,
    top,
    width: Math.min(length, photo.width - left),
    height: Math.min(length, photo.height - top),
  }
}
