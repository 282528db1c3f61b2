import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useLibrary } from './library'
import { useSelection } from './selection'

/** The pages beside the photos. */
export const pages = ['settings', 'models', 'machine'] as const
export type Page = (typeof pages)[number]

/** Which parts of the window are open. */
export const useLayout = defineStore('layout', () => {
  const library = useLibrary()
  const selection = useSelection()

  const lastView = ref<'grid' | 'photo'>('grid')
  const queueOpen = ref(false)
  /** The page shown instead of the photos; null for none. */
  const page = ref<Page | null>(null)
  const shortcutsOpen = ref(false)
  /** Columns of the grid, which sets them; arrow up and down depend on them. */
  const columns = ref(1)
  /** Where the grid was scrolled to when it was left. */
  const gridOffset = ref(0)

  const mode = computed(() => {
    if (page.value !== null) return 'page'
    if (library.isEmpty) return 'start'
    return lastView.value === 'photo' && selection.activePhoto ? 'photo' : 'grid'
  })

  function openPhoto(id: string) {
    page.value = null
    selection.visit(id)
    lastView.value = 'photo'
  }
  function backToGrid() {
    lastView.value = 'grid'
  }
  function togglePage(wanted: Page) {
    page.value = page.value === wanted ? null : wanted
  }
  function closePage() {
    page.value = null
  }
  function toggleQueue() {
    queueOpen.value = !queueOpen.value
  }

  watch(
    () => library.generation,
    () => {
      const { photos } = library
      gridOffset.value = 0
      lastView.value = 'grid'
      // A single photo is shown at once rather than in a grid of one.
      const single = photos.length === 1 ? photos[0] : undefined
      if (single) openPhoto(single.id)
    },
  )

  return {
    mode,
    page,
    shortcutsOpen,
    togglePage,
    closePage,
    queueOpen,
    columns,
    gridOffset,
    openPhoto,
    backToGrid,
    toggleQueue,
  }
})
