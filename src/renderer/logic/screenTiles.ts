/** Chooses the screen tiles for a view of a large photo. Pure: sizes in, places out. */
import type { Region } from '../../shared/photo'
import { screenEdge, type ScreenTile, screenTileReach, screenTileSide } from '../../shared/screen'
import { type Placement, type Scene, type Size, visibleArea } from './geometry'

/** A screen tile and what it covers of the photo. */
export interface PlacedTile extends ScreenTile {
  readonly region: Region
}

/**
 * The tiles that cover what is visible, at the first pyramid level with as many pixels as the screen has; none where
 * the picture of the whole photo is as good.
 */
export function tilesFor(placement: Placement, scene: Scene): PlacedTile[] {
  const { photo, pixelRatio } = scene
  const pyramidLevel = pyramidLevelFor(photo, placement.scale * pixelRatio)
  if (pyramidLevel === undefined) return []
  const side = screenTileSide * 2 ** pyramidLevel
  const seen = visibleArea(placement, scene)
  const first = (edge: number, offset: number) =>
    Math.max(Math.floor((edge - offset) / placement.scale / side), 0)
  const last = (edge: number, offset: number, length: number) =>
    Math.min(Math.ceil((edge - offset) / placement.scale / side), Math.ceil(length / side))

  const tiles: PlacedTile[] = []
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
      tiles.push({ pyramidLevel, column, row, region: regionOf(photo, pyramidLevel, column, row) })
    }
  }
  return tiles
}

/** `density`: pixels of the screen for each pixel of the photo. Undefined where the whole picture has enough. */
export function pyramidLevelFor(photo: Size, density: number): number | undefined {
  const whole = Math.min(screenEdge / Math.max(photo.width, photo.height), 1)
  if (whole === 1 || density <= whole) return undefined
  const pyramidLevel = Math.max(Math.floor(-Math.log2(density)), 0)
  return 2 ** -pyramidLevel > whole ? pyramidLevel : undefined
}

function regionOf(photo: Size, pyramidLevel: number, column: number, row: number): Region {
  const scale = 2 ** pyramidLevel
  const left = column * screenTileSide * scale
  const top = row * screenTileSide * scale
  const length = (screenTileSide + screenTileReach) * scale
  return {
    left,
    top,
    width: Math.min(length, photo.width - left),
    height: Math.min(length, photo.height - top),
  }
}
