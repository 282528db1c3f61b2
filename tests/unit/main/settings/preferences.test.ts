import { readFileSync, writeFileSync } from 'node:fs'
import { expect, test, vi } from 'vitest'
import { PreferencesFile } from '../../../../src/main/settings/preferences'
import { temporaryFolder } from '../../../support/folder'

// The log is Electron's.
vi.mock('electron-log/main', () => ({ default: { warn: () => undefined } }))

const folder = temporaryFolder()

function read(kept: object) {
  const path = folder('preferences.json')
  writeFileSync(path, JSON.stringify(kept))
  return new PreferencesFile(path).get()
}

test('what an earlier version kept holds, and what it did not know has its default', () => {
  const { allowance, theme, photoUse } = read({ allowance: { tile: 256, memory: 4e9 }, theme: 'dark' })
  expect(allowance).toEqual({ tile: 256, memory: 4e9, pixels: null })
  expect(theme).toBe('dark')
  expect(photoUse).toBe('unstated')
})

test('what is no longer valid falls back to its default, and nothing else does', () => {
  const { allowance, theme } = read({ allowance: { tile: 1 }, theme: 'dark' })
  expect(allowance).toEqual({ tile: null, memory: null, pixels: null })
  expect(theme).toBe('dark')
})

test('a change is kept', () => {
  const path = folder('preferences.json')
  new PreferencesFile(path).set({ allowance: { tile: null, memory: null, pixels: 2e9 } })
  expect(new PreferencesFile(path).get().allowance.pixels).toBe(2e9)
  expect(readFileSync(path, 'utf8')).toContain('2000000000')
})
