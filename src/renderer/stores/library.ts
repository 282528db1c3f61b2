import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef } from 'vue'
import { isPending } from '../../shared/job'
import type { Opened, Photo, PhotosChange } from '../../shared/photo'
import { call, CallError, on, openDropped } from '../api'
import { useFormat } from '../composables/useFormat'
import { i18n } from '../i18n'
import { applyChange, arrange,  noFilter, type Status, typesOf } from '../logic/arrange'
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
  /** The folder that was opened as such, null for files. */
  const root = ref<string | null>(null)
  // Shallow: with ten thousand photos, making each reactive would take longer than showing them.
  const all = shallowRef<readonly Photo[]>([])
  const opening = ref(false)
  /** Grows with everything that is opened. */
  const generation = ref(0)
  const filter = shallowRef(noFilter)
  /** Photos whose camera's preview was shown first and can be replaced now. */
  const betterMade = reactive(new Set<string>())

  const byId = computed(() => new Map(all.value.map((photo) => [photo.id, photo])))
  const types = computed(() => typesOf(all.value))
  const photos = computed(() => arrange(all.value, preferences.browsing, filter.value, statusOf))
  const order = computed(() => orderOf(photos.value.map((photo) => photo.id)))
  const isEmpty = computed(() => all.value.length === 0)

  const openFiles = () => open(() => call('photos.chooseFiles'))
  const openFolder = () => open(() => call('photos.chooseFolder'))
  const openDrop = (files: File[]) => open(() => openDropped(files))
  const openKnown = (folder: string) => open(() => call('folders.open', folder))

  /** Shows the folders in the opened one too, or no longer. */
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

  /** Another one for every picture that a photo's thumbnail has been. */
  function thumbnailVersion(id: string): string {
    const photo = byId.value.get(id)
    const file = photo ? `${photo.modified}-${photo.bytes}` : ''
    return betterMade.has(id) ? `${file}-made` : file
  }

  /** Shows what main opens of itself, from its menu or because the system asked it to, and what happens in the folder. */
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
