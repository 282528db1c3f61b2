import type { Planes } from './raster'

/** A picture as models read it: three planes (R, G, B), one after the other, of `width * height` values, 0..1. */
export interface PlanarImage {
  planes: Planes
  width: number
  height: number
}
