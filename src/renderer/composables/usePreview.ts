import { computed, onUnmounted, ref, shallowRef, watch } from 'vue'
import { isPending, type JobState } from '../../shared/job'
import type { Region } from '../../shared/photo'
import type { RestoreSettings } from '../../shared/settings'
import { call } from '../api'
import { type Lattice, latticeOver, partsSeen } from '../logic/previewParts'
import { useNotices } from '../stores/notices'
import { usePreferences } from '../stores/preferences'
import { useViewer } from '../stores/viewer'

/** A part of the open photo as the present settings would restore it. */
export interface PreviewedPart {
  /** Address of its picture. */
  url: string
  region: Region
  /** Whether it looks as the result will; else a better one follows. */
  isFinal: boolean
}

interface Shown {
  photo: string
  /** How its result was made, if it has one. */
  made: RestoreSettings | undefined
  job: JobState | undefined
}

/** How many parts are held while the user looks around. */
const mostParts = 96
/** A preview starts this many milliseconds after the last change, for the user may still be dragging or scrolling. */
const pause = 250

/**
 * Previews what is seen of the open photo, part by part from the middle outwards, while the settings differ from those
 * of its result, or from those at its opening. Cancels parts that are no longer wanted.
 */
export function usePreview(shown: () => Shown) {
  const viewer = useViewer()
  const preferences = usePreferences()
  const notices = useNotices()

  const parts = shallowRef<ReadonlyMap<string, PreviewedPart>>(new Map())
  const working = ref(false)
  let lattice: Lattice | undefined

  const request = computed(() => JSON.stringify([preferences.settings.model, preferences.settings.tasks]))
  const atOpening = request.value
  const result = computed(() => {
    const { made } = shown()
    return made && JSON.stringify([made.model, made.tasks])
  })
  const isRestoring = computed(() => {
    const { job } = shown()
    return job !== undefined && isPending(job)
  })
  /** The request to preview; undefined where none is wanted. */
  const wanted = computed(() =>
    request.value !== (result.value ?? atOpening) && !isRestoring.value ? request.value : undefined,
  )

  /** Of the parts that are seen and not final yet, the one nearest to the middle. */
  function next() {
    if (!viewer.seen || !viewer.photo) return undefined
    lattice ??= latticeOver(viewer.seen)
    return partsSeen(lattice, viewer.seen, viewer.photo).find(({ key }) => !parts.value.get(key)?.isFinal)
  }

  watch(wanted, () => {
    // Parts made with other settings would pass for the present ones.
    stop()
    beginSoon()
  })
  watch(
    () => viewer.seen,
    () => {
      if (!working.value) beginSoon()
    },
  )
  onUnmounted(stop)

  let timer: ReturnType<typeof setTimeout> | undefined
  function beginSoon() {
    clearTimeout(timer)
    if (wanted.value !== undefined && next()) timer = setTimeout(() => void makeAll(), pause)
  }

  /** Incremented whenever the part in progress is no longer wanted. */
  let turn = 0
  function stop() {
    clearTimeout(timer)
    turn++
    if (working.value) void call('preview.cancel')
    working.value = false
    for (const { url } of parts.value.values()) URL.revokeObjectURL(url)
    parts.value = new Map()
    viewer.previewGates = null
    lattice = undefined
  }

  async function makeAll() {
    const own = turn
    const { model, tasks } = preferences.settings
    working.value = true
    try {
      for (let part = next(); part; part = next()) {
        const { key, region } = part
        // The first part had better be seen soon than be exact.
        const quick = parts.value.size === 0
        const made = await call('preview.make', {
          photo: shown().photo,
          settings: { model, tasks },
          region,
          quick,
        })
        if (own !== turn) return
        viewer.previewGates = made.gates
        add(key, { url: addressOf(made.png), region, isFinal: made.isFinal })
      }
    } catch (error) {
      if (own === turn) notices.report(error)
    } finally {
      if (own === turn) working.value = false
    }
  }

  function add(key: string, preview: PreviewedPart) {
    const others = [...parts.value].filter(([other]) => other !== key)
    const all = new Map([...others.slice(1 - mostParts), [key, preview] as const])
    for (const old of parts.value.values()) {
      if (![...all.values()].includes(old)) URL.revokeObjectURL(old.url)
    }
    parts.value = all
  }

  return { parts, working }
}

const addressOf = (png: Uint8Array) =>
  URL.createObjectURL(new Blob([new Uint8Array(png)], { type: 'image/png' }))
