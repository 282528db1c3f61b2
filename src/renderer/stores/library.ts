import { defineStore } from 'pinia'
import { computed, ref, shallowRef } from 'vue'
import { call, on, openDropped } from '../api'
import { i18n } from '../i18n'
import { orderOf } from '../logic/selection'
import type { Opened, Photo } from '../../shared/contract'
import { useNotices } from './notices'

/** The photos that are open. */
export const useLibrary = defineStore('library', () => {
  const notices = useNotices()

  const folder = ref('')
  // Shallow: with ten thousand photos, making each reactive would take longer than showing them.
  const photos = shallowRef<readonly Photo[]>([])
  const opening = ref(false)

  const byId = computed(() => new Map(photos.value.map((photo) => [photo.id, photo])))
  const order = computed(() => orderOf(photos.value.map((photo) => photo.id)))
  const isEmpty = computed(() => photos.value.length === 0)

  const openFiles = () => open(() => call('photos.chooseFiles'))
  const openFolder = () => open(() => call('photos.chooseFolder'))
  const openDrop = (files: File[]) => open(() => openDropped(files))

  async function open(choose: () => Promise<Opened | null>) {
    if (opening.value) return
    opening.value = true
    const opened = await notices.attempt(choose)
    opening.value = false
    if (opened) show(opened)
  }

  function show(opened: Opened) {
    if (opened.photos.length === 0) {
      notices.show('error', i18n.global.t('open.nothing'), i18n.global.t('open.nothingDetail'))
      return
    }
    folder.value = opened.folder
    photos.value = opened.photos
  }

  /** Shows what main opens of itself, from its menu or because the system asked it to. */
  const listen = () => on('photos.opened', show)

  return { folder, photos, opening, byId, order, isEmpty, openFiles, openFolder, openDrop, listen }
})
