import { mkdir, readdir, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { beforeEach, expect, test } from 'vitest'
import { DiskCache } from '../../../../src/main/thumbnails/diskCache'
import { temporaryFolder } from '../../../support/folder'

const hour = 60 * 60 * 1000
const folder = temporaryFolder()

const cacheFor = (mostBytes: number) =>
  new DiskCache({ folder: join(folder(), 'cache'), extension: '.jpg', mostBytes })

let cache: DiskCache
beforeEach(() => {
  cache = cacheFor(1000)
})

const makeOf = (bytes: number) => (target: string) => writeFile(target, Buffer.alloc(bytes))
const ago = (milliseconds: number) => new Date(Date.now() - milliseconds)
const exists = async (key: string) => (await cache.find(key)) !== undefined
/** A file that an earlier start has left, before anybody thought of the room. */
async function filled(key: string, bytes: number, usedAgo: number) {
  const path = await cacheFor(1e6).get(key, makeOf(bytes))
  await utimes(path, ago(usedAgo), ago(usedAgo))
  return path
}

test('makes a file once, for all who ask at the same time and later', async () => {
  let made = 0
  const make = async (target: string) => {
    made += 1
    await writeFile(target, 'x')
  }
  const paths = await Promise.all([cache.get('ab1', make), cache.get('ab1', make)])
  expect(await cache.get('ab1', make)).toBe(paths[0])
  expect(paths[0]).toBe(paths[1])
  expect(made).toBe(1)
})

test('what failed is tried again', async () => {
  await expect(cache.get('ab1', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
  await cache.get('ab1', makeOf(1))
  expect(await exists('ab1')).toBe(true)
})

test('what was not used for the longest time makes way, until a tenth is free', async () => {
  await filled('aa1', 300, 5 * hour)
  await filled('bb2', 300, 9 * hour)
  await filled('cc3', 300, 7 * hour)
  await filled('dd4', 150, hour)
  await cache.trim()
  expect(await exists('bb2')).toBe(false)
  expect(await Promise.all(['aa1', 'cc3', 'dd4'].map(exists))).toEqual([true, true, true])
})

test('nothing makes way while there is room', async () => {
  await filled('aa1', 500, 9 * hour)
  await filled('bb2', 500, hour)
  await cache.trim()
  expect(await Promise.all(['aa1', 'bb2'].map(exists))).toEqual([true, true])
})

test('looking at a file is using it', async () => {
  const path = await filled('aa1', 1, 48 * hour)
  await cache.find('aa1')
  expect(Date.now() - (await stat(path)).mtimeMs).toBeLessThan(hour)
})

test('what a crash left half written goes after a while, what is being written stays', async () => {
  await filled('aa1', 1, 0)
  const inside = join(folder(), 'cache', 'aa')
  await mkdir(inside, { recursive: true })
  for (const [name, age] of [
    ['old.jpg.part', 2 * hour],
    ['new.jpg.part', 0],
  ] as const) {
    await writeFile(join(inside, name), 'x')
    await utimes(join(inside, name), ago(age), ago(age))
  }
  await cache.trim()
  expect((await readdir(inside)).sort()).toEqual(['aa1.jpg', 'new.jpg.part'])
})

test('it trims itself as it grows', async () => {
  await filled('aa1', 900, 9 * hour)
  await cache.get('bb2', makeOf(400))
  await expect.poll(() => exists('aa1')).toBe(false)
  expect(await exists('bb2')).toBe(true)
})
