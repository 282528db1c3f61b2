import { nextTick, ref, type Ref } from 'vue'
import { dropTarget, stepTarget } from '../logic/queue'
import { useQueue } from '../stores/queue'

/** Marks the drag of a job, unlike files that are dragged in from elsewhere. */
const dragType = 'application/x-petrichor-job'

/** Reorders waiting jobs: by dragging their rows, and with Alt and the arrow keys. */
export function useReordering(list: Readonly<Ref<HTMLElement | null>>, moved: (id: string) => void) {
  const queue = useQueue()
  const dragged = ref<string>()
  const over = ref<{ row: number; behind: boolean }>()

  const isWaiting = (id: string) => queue.byId.get(id)?.job.state === 'waiting'

  async function step(id: string, by: 1 | -1) {
    const before = stepTarget(queue.items, id, by)
    if (before === undefined) return
    await queue.move([id], before)
    await nextTick()
    // The row may have been put elsewhere in the list, which takes the focus off it.
    list.value?.querySelector<HTMLElement>(`[data-job="${id}"]`)?.focus()
    moved(id)
  }

  const rowEvents = (id: string, row: number) => ({
    keydown(event: KeyboardEvent) {
      const by = event.key === 'ArrowUp' ? -1 : event.key === 'ArrowDown' ? 1 : undefined
      if (by === undefined || !event.altKey || !isWaiting(id)) return
      event.preventDefault()
      void step(id, by)
    },
    dragstart(event: DragEvent) {
      dragged.value = id
      event.dataTransfer?.setData(dragType, id)
      if (event.dataTransfer) event.dataTransfer.effectAllowed = 'move'
    },
    dragover(event: DragEvent) {
      if (dragged.value === undefined || !event.dataTransfer?.types.includes(dragType)) return
      event.preventDefault()
      event.dataTransfer.dropEffect = 'move'
      const box = (event.currentTarget as HTMLElement).getBoundingClientRect()
      over.value = { row, behind: event.clientY > box.top + box.height / 2 }
    },
    drop(event: DragEvent) {
      if (dragged.value === undefined || !over.value) return
      event.preventDefault()
      const others = queue.items.filter(({ job }) => job.id !== dragged.value)
      const target = others.findIndex(({ job }) => job.id === id)
      // Dropped on itself it stays where it is.
      if (target >= 0) void queue.move([dragged.value], dropTarget(others, target, over.value.behind))
      end()
    },
    dragend: end,
  })

  function end() {
    dragged.value = undefined
    over.value = undefined
  }

  const dropClass = (row: number) => {
    if (over.value?.row !== row) return undefined
    return over.value.behind ? 'drop-behind' : 'drop-before'
  }

  return { rowEvents, dropClass, isWaiting }
}
