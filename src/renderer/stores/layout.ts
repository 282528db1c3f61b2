import { defineStore } from 'pinia'
import { computed, ref, watch } from 'vue'
import { useLibrary } from './library'
import { useSelection } from './selection'

/** Which parts of the window are open. */
export const useLayout = defineStore('layout', () => {
  const library = useLibrary()
  const selection = useSelection()

  const wanted = ref<'grid' | 'photo'>('grid')
  const queueOpen = ref(false)
  /** Told by the grid, because arrow up and down depend on it. */
  const columns = ref(1)
  /** Where the grid was scrolled to when it was left. */
  const gridOffset = ref(0)

  const mode = computed(() => {
    if (library.isEmpty) return 'start'
    return wanted.value === 'photo' && selection.activePhoto ? 'photo' : 'grid'
  })

  function openPhoto(id: string) {
    selection.visit(id)
    wanted.value = 'photo'
  }
  function backToGrid() {
    wanted.value = 'grid'
  }
  function toggleQueue() {
    queueOpen.value = !queueOpen.value
  }

  watch(
    () => library.photos,
    (photos) => {
      gridOffset.value = 0
      wanted.value = 'grid'
      // Whoever opens a single photo wants to see it, not a grid of one.
      const single = photos.length === 1 ? photos[0] : undefined
      if (single) openPhoto(single.id)
    },
  )

  return { mode, queueOpen, columns, gridOffset, openPhoto, backToGrid, toggleQueue }
})
