import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  applyChange,
  arrange,
  byName,
  noFilter,
  typeOf,
  typesOf,
} from '../../../../src/renderer/logic/arrange'
import type { Photo } from '../../../../src/shared/photo'

const photo = (path: string, modified = 0, bytes = 1): Photo => {
  const at = path.lastIndexOf('/')
  return { id: path, name: path.slice(at + 1), folder: path.slice(0, Math.max(at, 0)), bytes, modified }
}
const ids = (photos: readonly Photo[]) => photos.map(({ id }) => id)
const byNameUp = { sort: 'name', descending: false } as const

describe('sorting', () => {
  const photos = [photo('a.jpg', 30, 2), photo('b.png', 10, 3), photo('c.tif', 20, 1)]

  test('by name, date and size, both ways', () => {
    const sorted = (sort: 'name' | 'date' | 'size', descending: boolean) =>
      ids(arrange(photos, { sort, descending }, noFilter, () => undefined))
    expect(sorted('name', false)).toEqual(['a.jpg', 'b.png', 'c.tif'])
    expect(sorted('name', true)).toEqual(['c.tif', 'b.png', 'a.jpg'])
    expect(sorted('date', false)).toEqual(['b.png', 'c.tif', 'a.jpg'])
    expect(sorted('size', true)).toEqual(['b.png', 'a.jpg', 'c.tif'])
  })

  test('names count as people do, and folders come after the photos beside them', () => {
    const shuffled = [
      'day 10/1.jpg',
      'IMG 10.jpg',
      'day 2/1.jpg',
      'IMG 2.jpg',
      'day 2/raw/0.jpg',
      'day 2/2.jpg',
    ]
    expect(ids(shuffled.map((path) => photo(path)).sort(byName))).toEqual([
      'IMG 2.jpg',
      'IMG 10.jpg',
      'day 2/1.jpg',
      'day 2/2.jpg',
      'day 2/raw/0.jpg',
      'day 10/1.jpg',
    ])
  })
})

describe('filtering', () => {
  const photos = [photo('a.jpg'), photo('b.JPEG'), photo('c.png'), photo('d.tif')]

  test('by type, whatever the extension is written like', () => {
    expect(typesOf(photos)).toEqual(['JPEG', 'PNG', 'TIFF'])
    expect(typeOf('x.JPE')).toBe('JPEG')
    expect(['x.heic', 'x.HEIF', 'x.hif'].map(typeOf)).toEqual(['HEIC', 'HEIC', 'HEIC'])
    expect(typeOf('x.webp')).toBe('WebP')
    expect(typeOf('x.raw')).toBe('RAW')
    const jpeg = arrange(photos, byNameUp, { type: 'JPEG', status: null }, () => undefined)
    expect(ids(jpeg)).toEqual(['a.jpg', 'b.JPEG'])
  })

  test('by what became of them, both filters together', () => {
    const statuses = { 'a.jpg': 'failed', 'c.png': 'failed', 'd.tif': 'restored' } as const
    const statusOf = (id: string) => (statuses as Record<string, 'failed' | 'restored'>)[id]
    expect(ids(arrange(photos, byNameUp, { type: null, status: 'failed' }, statusOf))).toEqual([
      'a.jpg',
      'c.png',
    ])
    expect(ids(arrange(photos, byNameUp, { type: 'PNG', status: 'failed' }, statusOf))).toEqual(['c.png'])
  })

  test('nobody asks for states while the filter does not want to know', () => {
    arrange(photos, byNameUp, { type: 'PNG', status: null }, () => {
      throw new Error('asked')
    })
  })
})

test('photos that come, change and go leave the list sorted, and each in it once', () => {
  const path = fc.tuple(fc.constantFrom('', 'day 2/', 'day 10/'), fc.integer({ min: 0, max: 30 }))
  const paths = fc.uniqueArray(path.map(([folder, number]) => `${folder}${number}.jpg`))
  fc.assert(
    fc.property(paths, paths, paths, (there, changed, removed) => {
      const photos = there.map((path) => photo(path)).sort(byName)
      const gone = removed.filter((path) => !changed.includes(path))
      const after = applyChange(photos, { changed: changed.map((path) => photo(path, 9)), removed: gone })
      const expected = new Set([...there.filter((path) => !gone.includes(path)), ...changed])
      expect(ids(after)).toEqual(ids([...expected].map((path) => photo(path)).sort(byName)))
      for (const { id, modified } of after) expect(modified).toBe(changed.includes(id) ? 9 : 0)
    }),
  )
})
