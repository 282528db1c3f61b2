import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { errorCodes } from '../../../src/shared/errors'
import { languages } from '../../../src/shared/preferences'

const renderer = resolve(import.meta.dirname, '../../../src/renderer')
const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(vue|ts)$/.test(file))
  .map((file) => readFileSync(join(renderer, file), 'utf8'))
  .join('\n')

function textsOf(messages: object, prefix = ''): [key: string, text: string][] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null
      ? textsOf(value, `${prefix}${key}.`)
      : [[`${prefix}${key}`, String(value)] as [string, string]],
  )
}
const read = (language: string) =>
  new Map(textsOf(JSON.parse(readFileSync(join(renderer, 'i18n', `${language}.json`), 'utf8')) as object))
const english = read('en')

/** Keys that are put together where they are asked for: `state.${state}` asks for every state. */
const families = [...sources.matchAll(/`([a-z][\w.-]*\.)\$\{[^}]*\}([\w.-]*)`/gi)].map(
  ([, start = '', end = '']) =>
    new RegExp(`^${start.replaceAll('.', '\\.')}[\\w-]+${end.replaceAll('.', '\\.')}$`),
)

test('every text that the window asks for is there', () => {
  const calls = [...sources.matchAll(/\bt\(([^)]*)/g)].map(([, argument]) => argument ?? '')
  const asked = calls.flatMap((call) =>
    [...call.matchAll(/'([a-z][\w-]*\.[\w.-]+)'/gi)].map(([, key]) => key ?? ''),
  )
  expect(asked.length).toBeGreaterThan(100)
  expect(asked.filter((key) => !english.has(key))).toEqual([])
})

test('every text that is there is asked for', () => {
  const isAsked = (key: string) => sources.includes(`'${key}'`) || families.some((family) => family.test(key))
  expect([...english.keys()].filter((key) => !isAsked(key))).toEqual([])
})

test('every error has its sentences', () => {
  const keys = errorCodes.flatMap((code) => [`error.${code}.message`, `error.${code}.detail`])
  expect(keys.filter((key) => !english.has(key))).toEqual([])
  expect([...english.keys()].filter((key) => key.startsWith('error.') && !keys.includes(key))).toEqual([])
})

describe.each(languages)('in %s', (language) => {
  const texts = read(language)

  test('no text is missing and none is too many', () => {
    expect([...texts.keys()].sort()).toEqual([...english.keys()].sort())
  })

  test('no text is empty', () => {
    expect([...texts].filter(([, text]) => text.trim() === '')).toEqual([])
  })

  test('every text has the places that the English one has', () => {
    const places = (text: string) => [...new Set(text.match(/\{\w+\}/g))].sort()
    const differing = [...texts].filter(
      ([key, text]) => JSON.stringify(places(text)) !== JSON.stringify(places(english.get(key) ?? '')),
    )
    expect(differing).toEqual([])
  })
})
