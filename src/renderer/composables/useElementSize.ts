import { onUnmounted, type Ref, shallowRef, watch } from 'vue'
import type { Size } from '../logic/geometry'

/** The size of an element's content box, kept up to date. */
export function useElementSize(element: Readonly<Ref<Element | null>>) {
  const size = shallowRef<Size>({ width: 0, height: 0 })
  const observer = new ResizeObserver(([entry]) => {
    if (entry) size.value = { width: entry.contentRect.width, height: entry.contentRect.height }
  })

  watch(
    element,
    (now, before) => {
      if (before) observer.unobserve(before)
      if (now) observer.observe(now)
    },
    { immediate: true, flush: 'post' },
  )
  onUnmounted(() => observer.disconnect())

  return size
}
