import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { circles, declaredTwice, longSignatures, upwardImports } from '../../scripts/house/findings'
import { importsOf, parseSource, readSources } from '../../scripts/house/sources'

const sourcesOf = (texts: Record<string, string>) =>
  Object.entries(texts).map(([path, text]) => parseSource(path, text))
const importsIn = (texts: Record<string, string>) => importsOf(sourcesOf(texts))

describe('the app', () => {
  const sources = readSources(resolve(import.meta.dirname, '../../src'))
  const imports = importsOf(sources)

  test('has no import that breaks a wall', () => expect(upwardImports(imports)).toEqual([]))

  test('has no files that import each other in a circle', () =>
    expect(circles(imports).map((files) => files.join(' <-> '))).toEqual([]))

  test('has no function with more than four positional parameters', () =>
    expect(longSignatures(sources)).toEqual([]))

  test('declares nothing on more than one side of a border', () => expect(declaredTwice(sources)).toEqual([]))
})

describe('an import breaks a wall', () => {
  const files = {
    'shared/photo.ts': '',
    'core/files/names.ts': '',
    'core/photo/decode.ts': '',
    'core/somewhere/new.ts': '',
    'main/paths.ts': '',
    'renderer/logic/plain.ts': '',
  }

  test.each([
    ['shared/photo.ts', 'import { decode } from "../core/photo/decode"'],
    ['shared/photo.ts', 'import { join } from "node:path"'],
    ['core/photo/decode.ts', 'import type { Paths } from "../../main/paths"'],
    ['core/photo/decode.ts', 'import { app } from "electron"'],
    ['core/files/names.ts', 'export * from "../photo/decode"'],
    ['core/files/names.ts', 'type Decode = import("../photo/decode").Decode'],
    ['core/files/names.ts', 'const decode = () => import("../photo/decode")'],
    ['core/photo/decode.ts', 'import { nothing } from "../somewhere/new"'],
    ['main/paths.ts', 'import { plain } from "../renderer/logic/plain"'],
    ['renderer/logic/plain.ts', 'import log from "electron-log/renderer"\nimport { app } from "electron"'],
    ['renderer/Some.vue', '<script setup lang="ts">\nimport "../core/files/names"\n</script>'],
  ])('from %s by %s', (path, text) => {
    expect(upwardImports(importsIn({ ...files, [path]: text }))).toHaveLength(1)
  })

  test.each([
    ['core/photo/decode.ts', 'import "../files/names"\nimport "../../shared/photo"\nimport "node:fs"'],
    ['main/paths.ts', 'import "../core/photo/decode"\nimport { app } from "electron"'],
    ['renderer/Some.vue', '<script setup lang="ts">\nimport { Photo } from "../shared/photo"\n</script>'],
  ])('but not from %s by %s', (path, text) => {
    expect(upwardImports(importsIn({ ...files, [path]: text }))).toEqual([])
  })
})

test('circles are found through types, over several files, and not in a tree', () => {
  const circle = importsIn({
    'core/a.ts': 'import type { B } from "./b"',
    'core/b.ts': 'export type { C } from "./c"',
    'core/c.ts': 'import { a } from "./a"\nimport "./leaf"',
    'core/leaf.ts': '',
    'core/root.ts': 'import "./a"',
  })
  expect(circles(circle)).toEqual([['core/a.ts', 'core/b.ts', 'core/c.ts']])
})

test('functions of all kinds are told that have more than four positional parameters', () => {
  const long = 'a: 1, b: 2, c: 3, d: 4, e: 5'
  const found = longSignatures(
    sourcesOf({
      'core/a.ts': `function one(${long}) {}
const two = (${long}) => 0
class Three { constructor(${long}) {} four(this: Three, a: 1, b: 2, c: 3, d: 4) {} }
interface Five { six(${long}): void }`,
    }),
  )
  expect(found).toEqual([
    'core/a.ts:1 one (5)',
    'core/a.ts:2 two (5)',
    'core/a.ts:3 constructor of Three (5)',
    'core/a.ts:4 six (5)',
  ])
})

test('what is written down on several sides is told, by its name or by its texts', () => {
  const found = declaredTwice(
    sourcesOf({
      'shared/photo.ts': 'export const Photo = z.object({})\nexport type Photo = 1\nconst limit = 1',
      'core/photo/decode.ts':
        'interface Photo {}\nexport interface Decoded {}\nconst local = 2\nconst on = () => 0',
      'main/photos/opened.ts': 'export type Decoded = 3\nconst local = 4\nconst on = () => 0',
      'renderer/Some.vue':
        '<script setup lang="ts">\nconst kinds = ["c", "b", "a"]\nconst Photo = computed(() => 1)\n</script>',
      'main/paths.ts': 'type Kind = "a" | "b" | "c"\nconst pair = ["a", "b"]',
    }),
  )
  expect(found).toEqual([
    'Photo: shared/photo.ts:1, core/photo/decode.ts:1',
    'Decoded: core/photo/decode.ts:2, main/photos/opened.ts:1',
    '[a, b, c]: renderer/Some.vue:2, main/paths.ts:1',
  ])
})
