import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { Folders } from '../../shared/preferences'
import { call, on } from '../api'
import { useNotices } from './notices'

/** Recent and favourite folders. Main saves them. */
export const useFolders = defineStore('folders', () => {
  const notices = useNotices()
  const recent = ref<readonly string[]>([])
  const favourites = ref<readonly string[]>([])

  function take(folders: Folders) {
    recent.value = folders.recent
    favourites.value = folders.favourites
  }

  async function load() {
    const folders = await notices.attempt(() => call('folders.get'))
    if (folders) take(folders)
  }

  const isFavourite = (folder: string) => favourites.value.includes(folder)
  const setFavourite = (folder: string, favourite: boolean) =>
    notices.attempt(() => call('folders.setFavourite', { folder, favourite }))

  const listen = () => on('folders.changed', take)

  return { recent, favourites, isFavourite, setFavourite, load, listen }
})
