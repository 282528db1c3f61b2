import { describe, expect, test } from 'vitest'
import {
  type KeyPress,
  keysOf,
  sheet,
  shortcutFor,
  shortcuts,
  shortcutText,
} from '../../../src/renderer/shortcuts'

const press = (key: string, modifiers: Partial<KeyPress> = {}): KeyPress => ({
  key,
  ctrlKey: false,
  metaKey: false,
  shiftKey: false,
  altKey: false,
  ...modifiers,
})

describe('a key press', () => {
  test('means different things in grid and photo view', () => {
    expect(shortcutFor(press('ArrowRight'), 'grid', false)?.action).toBe('move-right')
    expect(shortcutFor(press('ArrowRight'), 'photo', false)?.action).toBe('next-photo')
    expect(shortcutFor(press('ArrowRight'), 'start', false)).toBeUndefined()
  })

  test('needs exactly the modifiers of its shortcut', () => {
    expect(shortcutFor(press('o', { ctrlKey: true }), 'grid', false)?.action).toBe('open-files')
    expect(shortcutFor(press('O', { ctrlKey: true, shiftKey: true }), 'grid', false)?.action).toBe(
      'open-folder',
    )
    expect(shortcutFor(press('r', { ctrlKey: true }), 'grid', false)).toBeUndefined()
    expect(shortcutFor(press('r', { altKey: true }), 'grid', false)).toBeUndefined()
  })

  test('uses cmd on a Mac and ctrl elsewhere', () => {
    expect(shortcutFor(press('a', { metaKey: true }), 'grid', true)?.action).toBe('select-all')
    expect(shortcutFor(press('a', { metaKey: true }), 'grid', false)).toBeUndefined()
    expect(shortcutFor(press('a', { ctrlKey: true }), 'grid', true)).toBeUndefined()
  })

  test('of the backslash counts with shift, which many keyboards need for it', () => {
    expect(shortcutFor(press('\\', { shiftKey: true }), 'photo', false)?.action).toBe('compare')
  })
})

test('no two shortcuts collide', () => {
  for (const [index, one] of shortcuts.entries()) {
    const twins = shortcuts.slice(index + 1).filter((other) => {
      const sameKey = one.key === other.key && one.mod === other.mod && one.shift === other.shift
      const samePlace = !one.where || !other.where || one.where === other.where
      return sameKey && samePlace
    })
    expect(twins).toEqual([])
  }
})

test('shortcuts are written as the platform writes them', () => {
  expect(shortcutText('open-folder', false)).toBe('Ctrl+Shift+O')
  expect(shortcutText('open-folder', true)).toBe('⌘⇧O')
  expect(shortcutText('next-photo', false)).toBe('→')
  expect(shortcutText('queue-selection', false)).toBeUndefined()
})

test('the sheet tells every shortcut, and none that is not there', () => {
  const told = sheet.flatMap(({ rows }) => rows.flatMap(({ actions }) => actions))
  expect(told.slice().sort()).toEqual([...new Set(shortcuts.map(({ action }) => action))].sort())
  expect(keysOf(['open-photo'], false, 'Space')).toEqual(['Enter', 'Space'])
})
