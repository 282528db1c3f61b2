import { defineStore } from 'pinia'
import { computed, ref, toRaw } from 'vue'
import { call } from '../api'
import type { Preferences, RestoreSettings } from '../../shared/contract'
import { useModels } from './models'
import { useNotices } from './notices'

/** What the user set, kept by main between sessions. */
export const usePreferences = defineStore('preferences', () => {
  const notices = useNotices()
  const models = useModels()

  // Until main has told what was kept.
  const restore = ref<RestoreSettings>({ model: '', task: 'auto', strength: 100 })
  const destination = ref<string | null>(null)
  const thumbnailSize = ref(176)

  /** The network that the settings name, or the first where that one is no longer installed. */
  const model = computed(() => models.list.find(({ id }) => id === restore.value.model) ?? models.list[0])

  /** The settings as they will be used: a task that the network does not know falls back to automatic. */
  const settings = computed<RestoreSettings>(() => {
    const known = model.value?.tasks.some(({ id }) => id === restore.value.task) ?? true
    return {
      model: model.value?.id ?? restore.value.model,
      task: known ? restore.value.task : 'auto',
      strength: restore.value.strength,
    }
  })

  async function load() {
    const preferences = await notices.attempt(() => call('preferences.get'))
    if (preferences) take(preferences)
  }

  /** Changes what the window shows only; `keep` makes it last. So a slider can be dragged without a call per pixel. */
  function change(settings: Partial<RestoreSettings>) {
    restore.value = { ...restore.value, ...settings }
  }

  async function keep() {
    const kept = { restore: toRaw(settings.value), thumbnailSize: thumbnailSize.value }
    await notices.attempt(() => call('preferences.set', kept))
  }

  async function chooseDestination(): Promise<boolean> {
    const preferences = await notices.attempt(() => call('preferences.chooseDestination'))
    if (!preferences) return false
    destination.value = preferences.destination
    return preferences.destination !== null
  }

  function take(preferences: Preferences) {
    restore.value = preferences.restore
    destination.value = preferences.destination
    thumbnailSize.value = preferences.thumbnailSize
  }

  return { restore, destination, thumbnailSize, model, settings, load, change, keep, chooseDestination }
})
