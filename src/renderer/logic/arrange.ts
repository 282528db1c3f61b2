/** Sorts and filters photos. Pure. */
import { compareNames } from '../../shared/collation'
import { formatByExtension, formats } from '../../shared/formats'
import type { Photo, PhotosChange } from '../../shared/photo'
import type { Browsing } from '../../shared/preferences'

/** What became of a photo, as the filter tells them apart. */
export const statuses = ['restored', 'queued', 'failed'] as const
export type Status = (typeof statuses)[number]

export interface Filter {
  /** As `typeOf` names it; null for all. */
  readonly type: string | null
  readonly status: Status | null
}

export const noFilter: Filter = { type: null, status: null }

/** Photos by name, as main lists them: those of a folder before those in its folders. */
export function byName(a: Photo, b: Photo): number {
  const [partsA, partsB] = [a, b].map(({ folder }) => folder.split(/[\\/]/).filter(Boolean)) as [
    string[],
    string[],
  ]
  for (let depth = 0; depth < Math.min(partsA.length, partsB.length); depth++) {
    const order = compareNames(partsA[depth]!, partsB[depth]!)
    if (order !== 0) return order
  }
  return partsA.length - partsB.length || compareNames(a.name, b.name)
}

/** The photos, sorted by name, after a change in their folder. */
export function applyChange(photos: readonly Photo[], { changed, removed }: PhotosChange): Photo[] {
  const news = new Map(changed.map((photo) => [photo.id, photo]))
  const gone = new Set(removed)
  const next = photos
    .filter(({ id }) => !gone.has(id) || news.has(id))
    .map((photo) => {
      const newer = news.get(photo.id)
      news.delete(photo.id)
      return newer ?? photo
    })
  if (news.size === 0) return next
  const added = [...news.values()].sort(byName)
  return merge(next, added)
}

/** Merges two sorted lists. Comparing names is slow, so places are searched for the short list only. */
function merge(long: Photo[], short: Photo[]): Photo[] {
  const merged: Photo[] = []
  let at = 0
  for (const photo of short) {
    const place = placeOf(photo, long, at)
    for (; at < place; at++) merged.push(long[at]!)
    merged.push(photo)
  }
  for (; at < long.length; at++) merged.push(long[at]!)
  return merged
}

/** Where a photo belongs in a sorted list, not before `from`. */
function placeOf(photo: Photo, sorted: Photo[], from: number): number {
  let [low, high] = [from, sorted.length]
  while (low < high) {
    const middle = (low + high) >> 1
    if (byName(sorted[middle]!, photo) <= 0) low = middle + 1
    else high = middle
  }
  return low
}

/** Filters and sorts photos that come sorted by name; `statusOf` is called only where the filter needs it. */
export function arrange(
  photos: readonly Photo[],
  { sort, descending }: Pick<Browsing, 'sort' | 'descending'>,
  { type, status }: Filter,
  statusOf: (id: string) => Status | undefined,
): readonly Photo[] {
  const shown =
    type === null && status === null
      ? photos
      : photos.filter(
          (photo) =>
            (type === null || typeOf(photo.name) === type) &&
            (status === null || statusOf(photo.id) === status),
        )
  if (sort === 'name') return descending ? shown.toReversed() : shown
  const value = sort === 'date' ? (photo: Photo) => photo.modified : (photo: Photo) => photo.bytes
  return descending
    ? shown.toSorted((a, b) => value(b) - value(a))
    : shown.toSorted((a, b) => value(a) - value(b))
}

/** The kind of file by its extension: the format's name, such as `JPEG`, or else the extension in capitals. */
export function typeOf(name: string): string {
  const extension = name.slice(name.lastIndexOf('.') + 1)
  const format = formatByExtension(extension)
  return format ? formats[format].name : extension.toUpperCase()
}

/** The kinds of files among photos. */
export function typesOf(photos: readonly Photo[]): string[] {
  return [...new Set(photos.map(({ name }) => typeOf(name)))].sort()
}
