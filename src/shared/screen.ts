/** How a photo reaches the screen: as one picture, and closer up in tiles. */

/** A tile of a large photo: pyramid level 0 is the full size, each further one half of it; column and row from 0. */
export interface ScreenTile {
  pyramidLevel: number
  column: number
  row: number
}

/** The longer side of the picture that stands for a whole photo on the screen; closer looks are made of tiles. */
export const screenEdge = 2048
/** The side of a tile, in pixels of its pyramid level. */
export const screenTileSide = 512
/** How many pixels a tile, or a part of a preview, reaches into its neighbours, so that no gap shows at odd scales. */
export const screenTileReach = 1

/** Addresses of the read-only photo protocol; it serves nothing but what was opened or restored in this session. */
export const photoAddress = {
  /**
   * A small picture of an opened photo, upright, at most 320 px; another version is another address, asked for anew.
   */
  thumbnail: (id: string, version = '') => `photo://thumbnail/${encodeURIComponent(id)}?${version}`,
  /** The whole photo (or a result's `view`), upright, at most `screenEdge` px. */
  view: (id: string) => `photo://view/${encodeURIComponent(id)}`,
  /** A tile of it. */
  tile: (id: string, { pyramidLevel, column, row }: ScreenTile) =>
    `photo://tile/${encodeURIComponent(id)}/${pyramidLevel}/${column}/${row}`,
}
