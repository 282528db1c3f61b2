import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import * as geometry from '../logic/geometry'
import type { Placement, Point, Size } from '../logic/geometry'

/** How the open photo is looked at: zoom, place, and the divider between original and restored. */
export const useViewer = defineStore('viewer', () => {
  const photo = shallowRef<Size | null>(null)
  const stage = shallowRef<Size>({ width: 0, height: 0 })
  const pixelRatio = ref(1)
  /** Null while the photo is fitted, so that it stays fitted when the window changes its size. */
  const free = shallowRef<Placement | null>(null)
  /** Of the visible part of the photo, how much the original takes. */
  const split = ref(0.5)
  const comparing = ref(false)

  const placement = computed<Placement | null>(() => {
    if (!photo.value || stage.value.width === 0) return null
    return free.value
      ? geometry.clamp(free.value, photo.value, stage.value, pixelRatio.value)
      : geometry.fit(photo.value, stage.value, pixelRatio.value)
  })
  const isFitted = computed(() => free.value === null)
  /** 1 is one photo pixel on one screen pixel. */
  const zoom = computed(() => (placement.value?.scale ?? 0) / geometry.actualScale(pixelRatio.value))
  const showsPixels = computed(() =>
    placement.value ? geometry.showsPixels(placement.value.scale, pixelRatio.value) : false,
  )
  const divider = computed(() =>
    placement.value && photo.value
      ? geometry.splitAt(split.value, placement.value, photo.value, stage.value)
      : null,
  )
  const area = computed(() =>
    placement.value && photo.value ? geometry.visibleArea(placement.value, photo.value, stage.value) : null,
  )

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
    if (!placement.value || !photo.value) return
    const point = around ?? { x: stage.value.width / 2, y: stage.value.height / 2 }
    const args = [photo.value, stage.value, pixelRatio.value] as const
    free.value = geometry.zoomAround(placement.value, point, scale, ...args)
  }
  const zoomBy = (factor: number, around?: Point) => zoomTo((placement.value?.scale ?? 1) * factor, around)
  const zoomToActual = (around?: Point) => zoomTo(geometry.actualScale(pixelRatio.value), around)
  const toggleZoom = (around?: Point) => (isFitted.value ? zoomToActual(around) : fit())

  function pan(by: Point) {
    if (!placement.value || !photo.value || isFitted.value) return
    free.value = geometry.pan(placement.value, by, photo.value, stage.value, pixelRatio.value)
  }

  /** Moves the divider to a place on the stage. */
  function splitTo(x: number) {
    if (!placement.value || !photo.value) return
    split.value = geometry.splitFraction(x, placement.value, photo.value, stage.value)
  }
  function setSplit(fraction: number) {
    split.value = Math.min(Math.max(fraction, 0), 1)
  }

  return {
    photo,
    split,
    comparing,
    placement,
    isFitted,
    zoom,
    showsPixels,
    divider,
    area,
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
