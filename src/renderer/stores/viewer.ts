import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import * as geometry from '../logic/geometry'
import type { Placement, Point, Scene, Size } from '../logic/geometry'
import { tilesFor } from '../logic/screenTiles'

/** How original and result are compared. */
export type CompareMode = 'split' | 'side' | 'difference'

/** Gap between the two panes, in pixels. */
const gap = 2

/** The view of the open photo: zoom, position, and the divider between original and result. */
export const useViewer = defineStore('viewer', () => {
  const photo = shallowRef<Size | null>(null)
  const stage = shallowRef<Size>({ width: 0, height: 0 })
  const pixelRatio = ref(1)
  /** Where the user moved the photo; null while it is fitted, so that it stays fitted when the window is resized. */
  const free = shallowRef<Placement | null>(null)
  /** The share of the visible photo that shows the original, 0..1. */
  const split = ref(0.5)
  const comparing = ref(false)
  const mode = ref<CompareMode>('split')
  /** Whether there is a result to compare with. */
  const canCompare = ref(false)
  /** The gates of the open photo's preview; null without one. */
  const previewGates = shallowRef<Readonly<Record<string, number>> | null>(null)

  const isSide = computed(() => mode.value === 'side' && canCompare.value)
  /** The size of one pane: the stage, or half of it in the side-by-side mode. */
  const pane = computed<Size>(() =>
    isSide.value
      ? { width: Math.max((stage.value.width - gap) / 2, 1), height: stage.value.height }
      : stage.value,
  )

  /** Null until both the photo's size and the pane's are known. */
  const scene = computed<Scene | null>(() =>
    photo.value && pane.value.width > 0
      ? { photo: photo.value, stage: pane.value, pixelRatio: pixelRatio.value }
      : null,
  )
  const placement = computed<Placement | null>(() => {
    if (!scene.value) return null
    return free.value ? geometry.clamp(free.value, scene.value) : geometry.fit(scene.value)
  })
  const isFitted = computed(() => free.value === null)
  /** 1 is one photo pixel on one screen pixel. */
  const zoom = computed(() => (placement.value?.scale ?? 0) / geometry.actualScale(pixelRatio.value))
  const showsPixels = computed(() =>
    placement.value ? geometry.showsPixels(placement.value.scale, pixelRatio.value) : false,
  )
  const divider = computed(() =>
    placement.value && scene.value ? geometry.splitAt(split.value, placement.value, scene.value) : null,
  )
  const area = computed(() =>
    placement.value && scene.value ? geometry.visibleArea(placement.value, scene.value) : null,
  )

  /** The part of the photo that is seen; null where nothing is. */
  const seen = computed(() => {
    if (!placement.value || !scene.value) return null
    const region = geometry.regionSeen(placement.value, scene.value)
    return region.width * region.height > 0 ? region : null
  })
  const tiles = computed(() => (placement.value && scene.value ? tilesFor(placement.value, scene.value) : []))

  function setStage(size: Size, ratio: number) {
    stage.value = size
    pixelRatio.value = ratio
  }
  function setPhoto(size: Size | null) {
    photo.value = size
    free.value = null
  }

  function fit() {
    free.value = null
  }
  function zoomTo(scale: number, around?: Point) {
    if (!placement.value || !scene.value) return
    const point = around ?? { x: pane.value.width / 2, y: pane.value.height / 2 }
    free.value = geometry.zoomAround(placement.value, point, scale, scene.value)
  }
  const zoomBy = (factor: number, around?: Point) => zoomTo((placement.value?.scale ?? 1) * factor, around)
  const zoomToActual = (around?: Point) => zoomTo(geometry.actualScale(pixelRatio.value), around)
  const toggleZoom = (around?: Point) => (isFitted.value ? zoomToActual(around) : fit())

  function pan(by: Point) {
    if (!placement.value || !scene.value || isFitted.value) return
    free.value = geometry.pan(placement.value, by, scene.value)
  }

  /** Moves the divider to `x` on the stage. */
  function splitTo(x: number) {
    if (!placement.value || !scene.value) return
    split.value = geometry.splitFraction(x, placement.value, scene.value)
  }
  function setSplit(fraction: number) {
    split.value = Math.min(Math.max(fraction, 0), 1)
  }

  return {
    photo,
    split,
    comparing,
    mode,
    canCompare,
    previewGates,
    isSide,
    pane,
    placement,
    isFitted,
    zoom,
    showsPixels,
    divider,
    area,
    seen,
    tiles,
    setStage,
    setPhoto,
    fit,
    zoomBy,
    zoomToActual,
    toggleZoom,
    pan,
    splitTo,
    setSplit,
  }
})
