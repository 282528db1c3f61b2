import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import en from '../../../src/renderer/i18n/en.json'

const renderer = resolve(import.meta.dirname, '../../../src/renderer')
const sources = readdirSync(renderer, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(vue|ts)$/.test(file))
  .map((file) => readFileSync(join(renderer, file), 'utf8'))
  .join('\n')

function keysOf(messages: object, prefix = ''): string[] {
  return Object.entries(messages).flatMap(([key, value]) =>
    typeof value === 'object' && value !== null ? keysOf(value, `${prefix}${key}.`) : [`${prefix}${key}`],
  )
}
const keys = keysOf(en)

test('every text that the window asks for is there', () => {
  const calls = [...sources.matchAll(/\bt\(([^)]*)/g)].map(([, argument]) => argument ?? '')
  const asked = calls.flatMap((call) =>
    [...call.matchAll(/'([a-z][\w-]*\.[\w.-]+)'/gi)].map(([, key]) => key),
  )
  expect(asked.length).toBeGreaterThan(50)
  expect(asked.filter((key) => !keys.includes(key ?? ''))).toEqual([])
})

test('every text that is there is asked for', () => {
  // Some keys are put together: state.*, engine.*, found.expert.*
  const computed = /^(state|engine|found\.expert)\./
  expect(keys.filter((key) => !computed.test(key) && !sources.includes(`'${key}'`))).toEqual([])
})
