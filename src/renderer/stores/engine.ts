import { defineStore } from 'pinia'
import { ref } from 'vue'
import type { EngineStatus } from '../../shared/machine'
import { call, on } from '../api'
import { useNotices } from './notices'

/** The state of the process that restores photos. */
export const useEngine = defineStore('engine', () => {
  const notices = useNotices()
  const status = ref<EngineStatus>({ state: 'starting' })

  async function load() {
    const current = await notices.attempt(() => call('engine.get'))
    if (current) status.value = current
  }

  const listen = () => on('engine.changed', (changed) => (status.value = changed))

  return { status, load, listen }
})
