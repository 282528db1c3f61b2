import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef } from 'vue'
import { isPending } from '../../shared/job'
import type { Opened, Photo, PhotosChange } from '../../shared/photo'
import { call, CallError, callWithFiles, on } from '../api'
import { useFormat } from '../composables/useFormat'
import { i18n } from '../i18n'
import { applyChange, arrange, noFilter, type Status, typesOf } from '../logic/arrange'
import { orderOf } from '../logic/selection'
import { useNotices } from './notices'
import { usePreferences } from './preferences'
import { useQueue } from './queue'

/** The photos that are open, and which of them are shown in which order. */
export const useLibrary = defineStore('library', () => {
  const notices = useNotices()
  const { count, some } = useFormat()
  const preferences = usePreferences()
  const queue = useQueue()

  const folder = ref('')
  /** The opened folder; null where files were opened. */
  const root = ref<string | null>(null)
  // Shallow: making each of ten thousand photos reactive would take longer than showing them.
  const all = shallowRef<readonly Photo[]>([])
  const opening = ref(false)
  /** Incremented whenever photos are opened. */
  const generation = ref(0)
  const filter = shallowRef(noFilter)
  /** Photos whose thumbnail was made after the camera's own preview had been shown. */
  const betterMade = reactive(new Set<string>())

  const byId = computed(() => new Map(all.value.map((photo) => [photo.id, photo])))
  const types = computed(() => typesOf(all.value))
  const photos = computed(() => arrange(all.value, preferences.browsing, filter.value, statusOf))
  const order = computed(() => orderOf(photos.value.map((photo) => photo.id)))
  const isEmpty = computed(() => all.value.length === 0)

  const openFiles = () => open(() => call('photos.chooseFiles'))
  const openFolder = () => open(() => call('photos.chooseFolder'))
  const openDrop = (files: File[]) => open(() => callWithFiles('photos.openDropped', files))
  const openKnown = (folder: string) => open(() => call('folders.open', folder))

  /** Sets whether photos in subfolders are shown, and opens the folder again. */
  async function showSubfolders(subfolders: boolean) {
    await preferences.browse({ subfolders })
    await open(() => call('photos.reopen'))
  }

  async function open(choose: () => Promise<Opened | null>) {
    if (opening.value) return
    opening.value = true
    const opened = await notices.attempt(choose)
    opening.value = false
    if (opened) show(opened)
  }

  function show(opened: Opened) {
    folder.value = opened.folder
    root.value = opened.root
    filter.value = noFilter
    betterMade.clear()
    all.value = opened.photos
    generation.value += 1
    if (opened.passedOver.length > 0) tellPassedOver(opened.passedOver)
  }

  function tellPassedOver(paths: string[]) {
    const { t } = i18n.global
    notices.show('warning', t('open.passedOver', { n: count(paths.length) }, paths.length), some(paths))
  }

  function take(change: PhotosChange) {
    for (const { id } of change.changed) betterMade.delete(id)
    all.value = applyChange(all.value, change)
  }

  function statusOf(id: string): Status | undefined {
    const state = queue.itemOf(id)?.job.state
    if (state !== undefined && isPending(state)) return 'queued'
    if (state === 'failed') return 'failed'
    return queue.resultOf(id) ? 'restored' : undefined
  }

  /** Changes with the picture of a photo's thumbnail, so that the window asks for it again. */
  function thumbnailVersion(id: string): string {
    const photo = byId.value.get(id)
    const file = photo ? `${photo.modified}-${photo.bytes}` : ''
    return betterMade.has(id) ? `${file}-made` : file
  }

  /** Follows what main opens by itself, from its menu or at the system's request, and changes in the opened folder. */
  function listen() {
    const stops = [
      on('photos.opened', show),
      on('photos.notOpened', (report) => notices.report(new CallError(report))),
      on('photos.changed', take),
      on('photos.thumbnailMade', (id) => void betterMade.add(id)),
    ]
    return () => stops.forEach((stop) => stop())
  }

  return {
    folder,
    root,
    all,
    photos,
    types,
    filter,
    opening,
    generation,
    byId,
    order,
    isEmpty,
    openFiles,
    openFolder,
    openDrop,
    openKnown,
    showSubfolders,
    thumbnailVersion,
    show,
    listen,
  }
})
