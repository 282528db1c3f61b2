import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useLibrary } from './library'
import { useSelection } from './selection'

/** The pages beside the photos. */
export type Page = 'settings' | 'models' | 'machine'

/** Which parts of the window are open. */
export const useLayout = defineStore('layout', () => {
  const library = useLibrary()
  const selection = useSelection()

  const wanted = ref<'grid' | 'photo'>('grid')
  const queueOpen = ref(false)
  /** What is shown instead of the photos. */
  const page = ref<Page | null>(null)
  const shortcutsOpen = ref(false)
  /** Told by the grid, because arrow up and down depend on it. */
  const columns = ref(1)
  /** Where the grid was scrolled to when it was left. */
  const gridOffset = ref(0)

  const mode = computed(() => {
    if (page.value !== null) return 'page'
    if (library.isEmpty) return 'start'
    return wanted.value === 'photo' && selection.activePhoto ? 'photo' : 'grid'
  })

  function openPhoto(id: string) {
    page.value = null
    selection.visit(id)
    wanted.value = 'photo'
  }
  function backToGrid() {
    wanted.value = 'grid'
  }
  function togglePage(wished: Page) {
    page.value = page.value === wished ? null : wished
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
      wanted.value = 'grid'
      // Whoever opens a single photo wants to see it, not a grid of one.
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
