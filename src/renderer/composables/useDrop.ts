import { onMounted, onUnmounted, ref } from 'vue'

/** Takes files that are dropped anywhere on the window, and says whether some hover over it. */
export function useDrop(take: (files: File[]) => unknown) {
  const hovering = ref(false)
  // Between elements, the next is entered before the last is left, so a flag alone would flicker.
  let depth = 0

  const bringsFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') ?? false

  function enter(event: DragEvent) {
    if (!bringsFiles(event)) return
    event.preventDefault()
    depth += 1
    hovering.value = true
  }
  function over(event: DragEvent) {
    if (!bringsFiles(event)) return
    // Without this the page would navigate to the dropped file.
    event.preventDefault()
    if (event.dataTransfer) event.dataTransfer.dropEffect = 'copy'
  }
  function leave() {
    depth = Math.max(depth - 1, 0)
    hovering.value = depth > 0
  }
  function drop(event: DragEvent) {
    event.preventDefault()
    depth = 0
    hovering.value = false
    const files = [...(event.dataTransfer?.files ?? [])]
    if (files.length > 0) take(files)
  }

  onMounted(() => {
    window.addEventListener('dragenter', enter)
    window.addEventListener('dragover', over)
    window.addEventListener('dragleave', leave)
    window.addEventListener('drop', drop)
  })
  onUnmounted(() => {
    window.removeEventListener('dragenter', enter)
    window.removeEventListener('dragover', over)
    window.removeEventListener('dragleave', leave)
    window.removeEventListener('drop', drop)
  })

  return { hovering }
}
