/** Every shortcut as data: the keyboard reads this list, and so do tooltips. */
import type { ActionName } from './composables/useActions'

export interface Shortcut {
  readonly action: ActionName
  /** As in KeyboardEvent.key; letters in lower case. */
  readonly key: string
  /** Ctrl, on a Mac cmd. */
  readonly mod?: boolean
  readonly shift?: boolean
  /** Where it applies; everywhere when left out. */
  readonly where?: 'grid' | 'photo'
}

export const shortcuts: readonly Shortcut[] = [
  { action: 'open-files', key: 'o', mod: true },
  { action: 'open-folder', key: 'o', mod: true, shift: true },
  { action: 'select-all', key: 'a', mod: true },

  { action: 'restore', key: 'r' },
  { action: 'save-result', key: 's' },
  { action: 'toggle-queue', key: 'q' },

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

/** What of a keyboard event decides. */
export type KeyPress = Pick<KeyboardEvent, 'key' | 'ctrlKey' | 'metaKey' | 'shiftKey' | 'altKey'>

export function shortcutFor(press: KeyPress, where: string, isMac: boolean): Shortcut | undefined {
  if (press.altKey || (isMac ? press.ctrlKey : press.metaKey)) return undefined
  const mod = isMac ? press.metaKey : press.ctrlKey
  const key = press.key.length === 1 ? press.key.toLowerCase() : press.key
  return shortcuts.find(
    (shortcut) =>
      shortcut.key === key &&
      (shortcut.mod ?? false) === mod &&
      // Where a sign stands on the keyboard differs, and so does whether it needs shift.
      ((shortcut.shift ?? false) === press.shiftKey || isSign(key)) &&
      (shortcut.where === undefined || shortcut.where === where),
  )
}

/** A character that is neither a letter, a digit nor a space. */
const isSign = (key: string) => /^[^\p{L}\p{N}\s]$/u.test(key)

const symbols: Record<string, string> = { ' ': 'Space', Escape: 'Esc', ArrowLeft: '←', ArrowRight: '→' }

/** The first shortcut of an action as it is written in tooltips. */
export function shortcutText(action: ActionName, isMac: boolean): string | undefined {
  const shortcut = shortcuts.find((candidate) => candidate.action === action)
  if (!shortcut) return undefined
  const key = symbols[shortcut.key] ?? shortcut.key.toUpperCase()
  const modifiers = [shortcut.mod && (isMac ? '⌘' : 'Ctrl'), shortcut.shift && (isMac ? '⇧' : 'Shift')]
  return [...modifiers.filter(Boolean), key].join(isMac ? '' : '+')
}
