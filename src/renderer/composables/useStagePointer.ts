import { ref, type Ref } from 'vue'
import type { Point } from '../logic/geometry'
import type { useViewer } from '../stores/viewer'

/** How fast the wheel zooms; a pinch on a touchpad arrives as a wheel with ctrl and small steps. */
const wheelSpeed = 0.0016
const pinchSpeed = 0.012
/** A wheel may report lines instead of pixels. */
const pixelsPerLine = 16

/** Wheel zooms around the pointer, drag pans, double click toggles fit and 1:1. */
export function useStagePointer(
  stage: Readonly<Ref<HTMLElement | null>>,
  viewer: ReturnType<typeof useViewer>,
) {
  const panning = ref(false)
  let last: Point = { x: 0, y: 0 }

  function onStage(event: MouseEvent): Point {
    const box = stage.value?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }
  /** What lies over the photo, such as the divider and buttons, has a use of its own for the pointer. */
  const isForStage = (event: Event) =>
    !(event.target instanceof Element) || event.target.closest('button, [role=slider]') === null

  const pointers = {
    wheel(event: WheelEvent) {
      event.preventDefault()
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? pixelsPerLine : 1)
      viewer.zoomBy(Math.exp(-pixels * (event.ctrlKey ? pinchSpeed : wheelSpeed)), onStage(event))
    },
    dblclick(event: MouseEvent) {
      if (isForStage(event)) viewer.toggleZoom(onStage(event))
    },
    pointerdown(event: PointerEvent) {
      if (event.button !== 0 || viewer.isFitted || !isForStage(event)) return
      stage.value?.setPointerCapture(event.pointerId)
      panning.value = true
      last = onStage(event)
    },
    pointermove(event: PointerEvent) {
      if (!panning.value) return
      const now = onStage(event)
      viewer.pan({ x: now.x - last.x, y: now.y - last.y })
      last = now
    },
    pointerup: stop,
    pointercancel: stop,
  }

  function stop() {
    panning.value = false
  }

  return { pointers, panning }
}
