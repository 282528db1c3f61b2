/** Cuts what is seen of a photo into the parts that are previewed, in their order. Pure: regions in, parts out. */
import type { Region } from '../../shared/photo'
import { screenTileReach } from '../../shared/screen'
import type { Size } from './geometry'

/** A part of a photo that is restored separately. */
export interface PreviewPart {
  /** Unique within a lattice. */
  readonly key: string
  readonly region: Region
}

/** Equal cells over a whole photo: the corner of one of them, and their size, in pixels. */
export type Lattice = Region

/** Longest side of a cell: one is restored in a second or so. */
const longest = 512
/** Shortest side of a cell: its surroundings are restored with it, so a much smaller one costs as much. */
const shortest = 256
/** The most parts: more would take minutes, as the whole photo would. */
const most = 48

/** The lattice whose cells just cover what is seen, so that little is restored in vain. */
export function latticeOver(seen: Region): Lattice {
  const [left, width] = axisOver(seen.left, seen.width)
  const [top, height] = axisOver(seen.top, seen.height)
  return { left, top, width, height }
}

function axisOver(start: number, length: number): readonly [number, number] {
  const size = Math.ceil(length / Math.ceil(length / longest))
  return size < shortest ? [start - Math.floor((shortest - size) / 2), shortest] : [start, size]
}

/** The parts that show what is seen, from its middle outwards. */
export function partsSeen(lattice: Lattice, seen: Region, photo: Size): PreviewPart[] {
  const columns = cells(seen.left, seen.width, lattice.left, lattice.width)
  const rows = cells(seen.top, seen.height, lattice.top, lattice.height)
  const fromMiddle = ([column, row]: readonly [number, number]) =>
    Math.hypot(
      lattice.left + (column + 0.5) * lattice.width - (seen.left + seen.width / 2),
      lattice.top + (row + 0.5) * lattice.height - (seen.top + seen.height / 2),
    )
  return rows
    .flatMap((row) => columns.map((column) => [column, row] as const))
    .sort((a, b) => fromMiddle(a) - fromMiddle(b))
    .slice(0, most)
    .map(([column, row]) => {
      const [left, width] = within(lattice.left + column * lattice.width, lattice.width, photo.width)
      const [top, height] = within(lattice.top + row * lattice.height, lattice.height, photo.height)
      return { key: `${column}/${row}`, region: { left, top, width, height } }
    })
}

/** Indices of the cells of one axis that are seen. */
function cells(from: number, length: number, origin: number, size: number): number[] {
  const first = Math.floor((from - origin) / size)
  const end = Math.ceil((from + length - origin) / size)
  return Array.from({ length: end - first }, (_, index) => first + index)
}

/** Start and length of a cell, as far as the photo reaches. */
function within(start: number, size: number, length: number): readonly [number, number] {
  const from = Math.max(start, 0)
  return [from, Math.min(start + size + screenTileReach, length) - from]
}
