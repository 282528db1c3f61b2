import { ref, type Ref } from 'vue'
import type { Point } from '../logic/geometry'
import type { useViewer } from '../stores/viewer'

/** How fast the wheel zooms; a pinch on a touchpad arrives as a wheel with ctrl and small steps. */
const wheelSpeed = 0.0016
const pinchSpeed = 0.012
/** A wheel may report lines instead of pixels. */
const pixelsPerLine = 16

/** Wheel and pinch zoom around the pointer, drag pans, double click toggles fit and 1:1. */
export function useStagePointer(
  stage: Readonly<Ref<HTMLElement | null>>,
  viewer: ReturnType<typeof useViewer>,
) {
  const panning = ref(false)
  /** Pointers that are down, by id: one pans, two pinch. */
  const down = new Map<number, Point>()

  /** A point of the window in the pane below it; all panes show the same. */
  function inPane({ x, y }: Point): Point {
    const box = stage.value?.getBoundingClientRect()
    const across = x - (box?.left ?? 0)
    return { x: viewer.isSide ? across % viewer.pane.width : across, y: y - (box?.top ?? 0) }
  }
  const placeOf = (event: MouseEvent): Point => ({ x: event.clientX, y: event.clientY })
  /** The divider and buttons over the photo handle the pointer themselves. */
  const isForStage = (event: Event) =>
    !(event.target instanceof Element) || event.target.closest('button, [role=slider]') === null

  const pointers = {
    wheel(event: WheelEvent) {
      event.preventDefault()
      const pixels = event.deltaY * (event.deltaMode === WheelEvent.DOM_DELTA_LINE ? pixelsPerLine : 1)
      viewer.zoomBy(Math.exp(-pixels * (event.ctrlKey ? pinchSpeed : wheelSpeed)), inPane(placeOf(event)))
    },
    dblclick(event: MouseEvent) {
      if (isForStage(event)) viewer.toggleZoom(inPane(placeOf(event)))
    },
    pointerdown(event: PointerEvent) {
      if (event.button !== 0 || !isForStage(event)) return
      stage.value?.setPointerCapture(event.pointerId)
      down.set(event.pointerId, placeOf(event))
      panning.value = !viewer.isFitted
    },
    pointermove(event: PointerEvent) {
      const before = down.get(event.pointerId)
      if (!before) return
      const now = placeOf(event)
      const other = [...down].find(([id]) => id !== event.pointerId)?.[1]
      if (other) viewer.zoomBy(distance(now, other) / distance(before, other), inPane(middle(now, other)))
      else viewer.pan({ x: now.x - before.x, y: now.y - before.y })
      down.set(event.pointerId, now)
    },
    pointerup: lift,
    pointercancel: lift,
  }

  function lift(event: PointerEvent) {
    down.delete(event.pointerId)
    if (down.size === 0) panning.value = false
  }

  return { pointers, panning }
}

const distance = (a: Point, b: Point) => Math.max(Math.hypot(a.x - b.x, a.y - b.y), 1)
const middle = (a: Point, b: Point): Point => ({ x: (a.x + b.x) / 2, y: (a.y + b.y) / 2 })
