/** Every shortcut as data: the keyboard reads this list, and so do tooltips. */
import type { ActionName } from './composables/useActions'

export interface Shortcut {
  readonly action: ActionName
  /** As in KeyboardEvent.key; letters in lower case. */
  readonly key: string
  /** Ctrl, on a Mac cmd. */
  readonly mod?: boolean
  readonly shift?: boolean
  /** Where it applies; left out, everywhere. */
  readonly where?: 'grid' | 'photo' | 'page'
}

export const shortcuts: readonly Shortcut[] = [
  { action: 'open-files', key: 'o', mod: true },
  { action: 'open-folder', key: 'o', mod: true, shift: true },
  { action: 'select-all', key: 'a', mod: true },

  { action: 'restore', key: 'r' },
  { action: 'save-result', key: 's' },
  { action: 'toggle-queue', key: 'q' },
  { action: 'open-settings', key: ',', mod: true },
  { action: 'show-shortcuts', key: '?' },
  { action: 'close-page', key: 'Escape', where: 'page' },

  { action: 'move-left', key: 'ArrowLeft', where: 'grid' },
  { action: 'move-right', key: 'ArrowRight', where: 'grid' },
  { action: 'move-up', key: 'ArrowUp', where: 'grid' },
  { action: 'move-down', key: 'ArrowDown', where: 'grid' },
  { action: 'extend-left', key: 'ArrowLeft', shift: true, where: 'grid' },
  { action: 'extend-right', key: 'ArrowRight', shift: true, where: 'grid' },
  { action: 'extend-up', key: 'ArrowUp', shift: true, where: 'grid' },
  { action: 'extend-down', key: 'ArrowDown', shift: true, where: 'grid' },
  { action: 'move-first', key: 'Home', where: 'grid' },
  { action: 'move-last', key: 'End', where: 'grid' },
  { action: 'extend-first', key: 'Home', shift: true, where: 'grid' },
  { action: 'extend-last', key: 'End', shift: true, where: 'grid' },
  { action: 'open-photo', key: 'Enter', where: 'grid' },
  { action: 'open-photo', key: ' ', where: 'grid' },

  { action: 'previous-photo', key: 'ArrowLeft', where: 'photo' },
  { action: 'next-photo', key: 'ArrowRight', where: 'photo' },
  { action: 'back-to-grid', key: 'Escape', where: 'photo' },
  { action: 'back-to-grid', key: 'Enter', where: 'photo' },
  { action: 'toggle-zoom', key: 'z', where: 'photo' },
  { action: 'compare', key: '\\', where: 'photo' },
  { action: 'show-split', key: '1', where: 'photo' },
  { action: 'show-side', key: '2', where: 'photo' },
  { action: 'show-difference', key: '3', where: 'photo' },
  { action: 'zoom-in', key: '+', where: 'photo' },
  { action: 'zoom-in', key: '=', where: 'photo' },
  { action: 'zoom-out', key: '-', where: 'photo' },
  { action: 'zoom-fit', key: '0', where: 'photo' },
  { action: 'pan-left', key: 'ArrowLeft', shift: true, where: 'photo' },
  { action: 'pan-right', key: 'ArrowRight', shift: true, where: 'photo' },
  { action: 'pan-up', key: 'ArrowUp', shift: true, where: 'photo' },
  { action: 'pan-down', key: 'ArrowDown', shift: true, where: 'photo' },
]

/** What of a keyboard event matters. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

export function shortcutFor(press: KeyPress, where: string, isMac: boolean): Shortcut | undefined {
  if (press.altKey || (isMac ? press.ctrlKey : press.metaKey)) return undefined
  const mod = isMac ? press.metaKey : press.ctrlKey
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key
  return shortcuts.find(
    (shortcut) =>
      shortcut.key === key &&
      (shortcut.mod ?? false) === mod &&
      // Keyboard layouts differ in whether a sign needs shift.
      ((shortcut.shift ?? false) === press.shiftKey || isSign(key)) &&
      (shortcut.where === undefined || shortcut.where === where),
  )
}

/** A character that is neither a letter, a digit nor a space. */
const isSign = (key: string) => /^[^\p{L}\p{N}\s]$/u.test(key)

const symbols: Record<string, string> = {
  Escape: 'Esc',
  ArrowLeft: '←',
  ArrowRight: '→',
  ArrowUp: '↑',
  ArrowDown: '↓',
}

/** The first shortcut of an action as it is written in tooltips. */
export function shortcutText(action: ActionName, isMac: boolean): string | undefined {
  const shortcut = shortcuts.find((candidate) => candidate.action === action)
  return shortcut && written(shortcut, isMac, 'Space')
}

/** All shortcuts of some actions as they are written on the sheet; `space` is what the space bar is called. */
export function keysOf(actions: readonly ActionName[], isMac: boolean, space: string): string[] {
  const keys = shortcuts.filter(({ action }) => actions.includes(action))
  return [...new Set(keys.map((shortcut) => written(shortcut, isMac, space)))]
}

function written({ key, mod, shift }: Shortcut, isMac: boolean, space: string): string {
  const name = key === ' ' ? space : (symbols[key] ?? (key.length === 1 ? key.toUpperCase() : key))
  const modifiers = [mod && (isMac ? '⌘' : 'Ctrl'), shift && (isMac ? '⇧' : 'Shift')]
  return [...modifiers.filter(Boolean), name].join(isMac ? '' : '+')
}

interface SheetRow {
  label: string
  actions: readonly ActionName[]
}
const row = (label: string, ...actions: ActionName[]): SheetRow => ({ label, actions })
const directions = ['left', 'right', 'up', 'down'] as const

/** What the sheet of shortcuts shows. */
export const sheet: readonly { title: 'everywhere' | 'grid' | 'photo'; rows: readonly SheetRow[] }[] = [
  {
    title: 'everywhere',
    rows: [
      row('open-files', 'open-files'),
      row('open-folder', 'open-folder'),
      row('restore', 'restore'),
      row('toggle-queue', 'toggle-queue'),
      row('open-settings', 'open-settings'),
      row('close-page', 'close-page'),
      row('show-shortcuts', 'show-shortcuts'),
    ],
  },
  {
    title: 'grid',
    rows: [
      row('move', ...directions.map((direction) => `move-${direction}` as const)),
      row('ends', 'move-first', 'move-last'),
      row('extend', ...directions.map((direction) => `extend-${direction}` as const)),
      row('extend-ends', 'extend-first', 'extend-last'),
      row('select-all', 'select-all'),
      row('open-photo', 'open-photo'),
    ],
  },
  {
    title: 'photo',
    rows: [
      row('neighbours', 'previous-photo', 'next-photo'),
      row('back-to-grid', 'back-to-grid'),
      row('save-result', 'save-result'),
      row('compare', 'compare'),
      row('modes', 'show-split', 'show-side', 'show-difference'),
      row('toggle-zoom', 'toggle-zoom'),
      row('zoom', 'zoom-in', 'zoom-out'),
      row('zoom-fit', 'zoom-fit'),
      row('pan', ...directions.map((direction) => `pan-${direction}` as const)),
    ],
  },
]
