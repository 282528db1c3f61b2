/** Selects photos by the rules that photo programs and file managers share. Pure. */

export interface Selection {
  readonly ids: ReadonlySet<string>
  /** Where a range starts. */
  readonly anchor: string | null
  /** The photo that the keyboard is on, and that the viewer shows. */
  readonly active: string | null
}

/** The photos in the order in which they are shown, and where each stands. */
export interface Order {
  readonly ids: readonly string[]
  readonly indexOf: ReadonlyMap<string, number>
}

export interface Modifiers {
  /** Shift: from the anchor up to here. */
  readonly range?: boolean
  /** Ctrl or cmd: this one besides the others. */
  readonly toggle?: boolean
}

export const nothingSelected: Selection = { ids: new Set(), anchor: null, active: null }

export function orderOf(ids: readonly string[]): Order {
  return { ids, indexOf: new Map(ids.map((id, index) => [id, index])) }
}

export function only(id: string): Selection {
  return { ids: new Set([id]), anchor: id, active: id }
}

export function pick(selection: Selection, order: Order, id: string, keys: Modifiers = {}): Selection {
  if (keys.range) {
    const anchor = selection.anchor ?? selection.active ?? id
    const range = between(order, anchor, id)
    // With ctrl as well, the range adds to what is selected already.
    return { ids: new Set(keys.toggle ? [...selection.ids, ...range] : range), anchor, active: id }
  }
  if (keys.toggle) {
    const ids = new Set(selection.ids)
    if (!ids.delete(id)) ids.add(id)
    return { ids, anchor: id, active: id }
  }
  return only(id)
}

/** Moves the active photo by a number of places; the selection follows it or, with `extend`, grows to it. */
export function move(selection: Selection, order: Order, step: number, extend = false): Selection {
  const target = neighbour(selection, order, step)
  return target === null ? selection : pick(selection, order, target, { range: extend })
}

/**
 * Goes to another photo in the viewer. A selection of several survives while the photo is one of them, so that viewing
 * them one by one does not undo it.
 */
export function visit(selection: Selection, id: string): Selection {
  return selection.ids.has(id) ? { ...selection, active: id } : only(id)
}

export function all(selection: Selection, order: Order): Selection {
  const first = order.ids[0] ?? null
  return { ids: new Set(order.ids), anchor: first, active: selection.active ?? first }
}

/** Selects what a rubber band touches, and `base` with it: what was selected when the band was begun, or nothing. */
export function band(selection: Selection, ids: readonly string[], base: ReadonlySet<string>): Selection {
  const active = ids.at(-1) ?? selection.active
  return { ids: new Set([...base, ...ids]), anchor: ids[0] ?? selection.anchor, active }
}

/**
 * Updates a selection after photos have come and gone: those no longer shown are not selected. The active photo stays
 * while it `exists`; else the one in its place becomes active.
 */
export function survivors(
  selection: Selection,
  before: Order,
  after: Order,
  exists: (id: string) => boolean,
): Selection {
  const isShown = (id: string) => after.indexOf.has(id)
  const { active, anchor } = selection
  return {
    ids: new Set([...selection.ids].filter(isShown)),
    anchor: anchor !== null && isShown(anchor) ? anchor : null,
    active:
      active !== null && (isShown(active) || exists(active)) ? active : successor(active, before, after),
  }
}

/** The photo after one that is gone, or else the last. */
function successor(id: string | null, before: Order, after: Order): string | null {
  const from = id === null ? 0 : (before.indexOf.get(id) ?? 0)
  return before.ids.slice(from).find((other) => after.indexOf.has(other)) ?? after.ids.at(-1) ?? null
}

/** The id a number of places from the active photo, clamped to the ends. */
export function neighbour(selection: Selection, order: Order, step: number): string | null {
  const last = order.ids.length - 1
  const from = selection.active === null ? undefined : order.indexOf.get(selection.active)
  if (from === undefined) return order.ids[0] ?? null
  return order.ids[Math.min(Math.max(from + step, 0), last)] ?? null
}

/**
 * The step for one row up or down in a grid. Down from above an incomplete last row goes to its end; up from the first
 * row and down from the last stay.
 */
export function rowStep(from: number, count: number, columns: number, rows: 1 | -1): number {
  const target = from + rows * columns
  if (target >= 0 && target < count) return rows * columns
  const lastRow = Math.floor((count - 1) / columns)
  return rows === 1 && Math.floor(from / columns) < lastRow ? count - 1 - from : 0
}

function between(order: Order, from: string, to: string): string[] {
  const a = order.indexOf.get(from)
  const b = order.indexOf.get(to)
  if (a === undefined || b === undefined) return [to]
  return order.ids.slice(Math.min(a, b), Math.max(a, b) + 1)
}
