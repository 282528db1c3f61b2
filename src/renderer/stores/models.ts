import { defineStore } from 'pinia'
import { shallowRef } from 'vue'
import { call } from '../api'
import type { Model } from '../../shared/contract'
import { useNotices } from './notices'

/** The networks that are installed. */
export const useModels = defineStore('models', () => {
  const notices = useNotices()
  const list = shallowRef<readonly Model[]>([])
  const loaded = shallowRef(false)

  async function load() {
    list.value = (await notices.attempt(() => call('models.list'))) ?? []
    loaded.value = true
  }

  return { list, loaded, load }
})
