import { defineStore } from 'pinia'
import { computed, shallowRef, watch } from 'vue'
import * as rules from '../logic/selection'
import { useLibrary } from './library'

/** Which photos are selected, and which one the keyboard and the viewer are on. */
export const useSelection = defineStore('selection', () => {
  const library = useLibrary()
  const selection = shallowRef(rules.nothingSelected)

  const count = computed(() => selection.value.ids.size)
  const active = computed(() => selection.value.active)
  const activePhoto = computed(() => (active.value === null ? undefined : library.byId.get(active.value)))
  const activeIndex = computed(() =>
    active.value === null ? -1 : (library.order.indexOf.get(active.value) ?? -1),
  )
  /** The selected photos in the order in which they are shown. */
  const ids = computed(() => library.order.ids.filter((id) => selection.value.ids.has(id)))

  const has = (id: string) => selection.value.ids.has(id)

  function pick(id: string, keys?: rules.Modifiers) {
    selection.value = rules.pick(selection.value, library.order, id, keys)
  }
  function move(step: number, extend = false) {
    selection.value = rules.move(selection.value, library.order, step, extend)
  }
  function moveRow(rows: 1 | -1, columns: number, extend = false) {
    const from = Math.max(activeIndex.value, 0)
    const step = activeIndex.value < 0 ? 0 : rules.rowStep(from, library.order.ids.length, columns, rows)
    if (step !== 0 || activeIndex.value < 0) move(step, extend)
  }
  function visit(id: string) {
    selection.value = rules.visit(selection.value, id)
  }
  function visitNeighbour(step: number) {
    const id = rules.neighbour(selection.value, library.order, step)
    if (id !== null) visit(id)
  }
  /** Selects what a rubber band touches, and what it adds to. */
  function band(ids: readonly string[], base: ReadonlySet<string>) {
    selection.value = rules.band(selection.value, ids, base)
  }
  function selectAll() {
    selection.value = rules.all(selection.value, library.order)
  }

  // Photos may have come, gone or moved.
  watch(
    () => library.order,
    (after, before) => {
      selection.value = rules.survivors(selection.value, before, after, (id) => library.byId.has(id))
    },
  )
  // Other photos were opened: nothing is selected, and the keyboard is on the first.
  watch(
    () => library.generation,
    () => {
      selection.value = { ...rules.nothingSelected, active: library.order.ids[0] ?? null }
    },
  )

  return {
    count,
    active,
    activePhoto,
    activeIndex,
    ids,
    has,
    pick,
    move,
    moveRow,
    visit,
    visitNeighbour,
    band,
    selectAll,
  }
})
