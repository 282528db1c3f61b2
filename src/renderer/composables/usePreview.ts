import { computed, onUnmounted, ref, shallowRef, watch } from 'vue'
import { call, CallError } from '../api'
import { regionSeen, type Region } from '../logic/geometry'
import { useNotices } from '../stores/notices'
import { usePreferences } from '../stores/preferences'
import { useViewer } from '../stores/viewer'
import type { JobState, RestoreSettings } from '../../shared/contract'

/** A part of the open photo as the present settings would restore it. */
export interface Preview {
  /** Address of its picture. */
  url: string
  region: Region
}

interface Shown {
  photo: string
  /** How its result was made, if it has one. */
  made: RestoreSettings | undefined
  job: JobState | undefined
}

/** More than this takes too long to be waited for; then the whole photo may as well be restored. In pixels. */
const mostPixels = 1_600_000
/** The user is still dragging or scrolling when the next change comes sooner than this, in milliseconds. */
const pause = 250

/**
 * Restores what is seen of the open photo whenever a setting was changed since its result was made, or since it was opened.
 * What is no longer wanted is cancelled.
 */
export function usePreview(shown: () => Shown) {
  const viewer = useViewer()
  const preferences = usePreferences()
  const notices = useNotices()

  const preview = shallowRef<Preview | null>(null)
  const working = ref(false)

  const wish = computed(() => JSON.stringify([preferences.settings.model, preferences.settings.tasks]))
  const atOpening = wish.value
  const result = computed(() => {
    const { made } = shown()
    return made && JSON.stringify([made.model, made.tasks])
  })
  const isChanged = computed(() => wish.value !== (result.value ?? atOpening))
  const isPending = computed(() => ['waiting', 'running'].includes(shown().job ?? ''))
  const region = computed(() => {
    if (!viewer.placement || !viewer.photo) return null
    const seen = regionSeen(viewer.placement, viewer.photo, viewer.pane)
    return seen.width * seen.height > 0 && seen.width * seen.height <= mostPixels ? seen : null
  })
  /** What there should be a preview of; null where none is wanted. */
  const wanted = computed(() =>
    isChanged.value && !isPending.value && region.value
      ? JSON.stringify({ photo: shown().photo, wish: wish.value, region: region.value })
      : null,
  )

  let timer: ReturnType<typeof setTimeout> | undefined
  watch(wanted, (now, before) => {
    clearTimeout(timer)
    if (before !== null && working.value) void call('preview.cancel')
    // One of other settings would be taken for what the present ones do; one of another part only covers less.
    if (!isChanged.value || isPending.value) show(null)
    if (now !== null) timer = setTimeout(() => void make(now), pause)
  })
  watch(wish, () => show(null))
  onUnmounted(() => {
    clearTimeout(timer)
    if (working.value) void call('preview.cancel')
    show(null)
  })

  async function make(key: string) {
    const part = region.value
    if (key !== wanted.value || !part) return
    const { model, tasks } = preferences.settings
    working.value = true
    try {
      const { png } = await call('preview.make', {
        photo: shown().photo,
        settings: { model, tasks },
        region: part,
      })
      if (key !== wanted.value) return
      show({ url: URL.createObjectURL(new Blob([new Uint8Array(png)], { type: 'image/png' })), region: part })
    } catch (error) {
      if (key === wanted.value || !(error instanceof CallError)) notices.report(error)
    } finally {
      if (key === wanted.value || wanted.value === null) working.value = false
    }
  }

  function show(next: Preview | null) {
    if (preview.value) URL.revokeObjectURL(preview.value.url)
    preview.value = next
  }

  return { preview, working }
}
