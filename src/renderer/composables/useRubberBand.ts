import { onUnmounted, ref, type Ref, shallowRef } from 'vue'
import type { Point } from '../logic/geometry'
import { type Band, bandBetween } from '../logic/rubberBand'

/** How far the pointer moves before a press becomes a band, in pixels; up to there it may be a click. */
const threshold = 5
/** Within so many pixels of the edge, or beyond it, the content scrolls; the further, the faster. */
const edge = 24
const scrollShare = 0.25

interface Begun {
  from: Point
  /** Where the pointer is now, in the window. */
  pointer: { clientX: number; clientY: number }
  added: boolean
}

/**
 * Draws a rubber band over the content of an element that scrolls up and down. `begin` is called at the start of each
 * with whether it adds to the selection; `draw` gets the band in the content's pixels.
 */
export function useRubberBand(
  scroller: Readonly<Ref<HTMLElement | null>>,
  { begin, draw }: { begin: (added: boolean) => void; draw: (band: Band) => void },
) {
  const band = shallowRef<Band | null>(null)
  const banding = ref(false)
  let begun: Begun | undefined
  let frame = 0

  function inContent({ clientX, clientY }: Begun['pointer']): Point {
    const element = scroller.value
    if (!element) return { x: 0, y: 0 }
    const box = element.getBoundingClientRect()
    return { x: clientX - box.left, y: clientY - box.top + element.scrollTop }
  }

  const pointers = {
    pointerdown(event: PointerEvent) {
      // A finger scrolls; and the scroll bar is no place for a band.
      const onBar = scroller.value && event.offsetX > scroller.value.clientWidth
      if (event.button !== 0 || event.pointerType === 'touch' || onBar) return
      const added = event.ctrlKey || event.metaKey || event.shiftKey
      begun = { from: inContent(event), pointer: event, added }
    },
    pointermove(event: PointerEvent) {
      if (!begun) return
      begun.pointer = event
      if (!banding.value) {
        const to = inContent(event)
        if (Math.hypot(to.x - begun.from.x, to.y - begun.from.y) < threshold) return
        banding.value = true
        // From here on no cell gets pointer events, so that the release is no click.
        scroller.value?.setPointerCapture(event.pointerId)
        begin(begun.added)
        frame = requestAnimationFrame(follow)
      }
      update()
    },
    pointerup: stop,
    pointercancel: stop,
  }

  function update() {
    if (!begun) return
    band.value = bandBetween(begun.from, inContent(begun.pointer))
    draw(band.value)
  }

  /** While the pointer rests at the edge the content still moves. */
  function follow() {
    const element = scroller.value
    if (!begun || !element) return
    const box = element.getBoundingClientRect()
    const { clientY } = begun.pointer
    const beyond = Math.min(clientY - box.top - edge, 0) + Math.max(clientY - box.bottom + edge, 0)
    if (beyond !== 0) {
      element.scrollTop += beyond * scrollShare
      update()
    }
    frame = requestAnimationFrame(follow)
  }

  function stop() {
    cancelAnimationFrame(frame)
    begun = undefined
    band.value = null
    // The click that follows the release still belongs to the band.
    setTimeout(() => (banding.value = false))
  }
  onUnmounted(() => cancelAnimationFrame(frame))

  return { pointers, band, banding }
}
