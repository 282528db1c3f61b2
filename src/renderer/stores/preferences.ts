import { defineStore } from 'pinia'
import { computed, ref, toRaw } from 'vue'
import { call } from '../api'
import type { ExportSettings, Placing, Preferences, RestoreSettings } from '../../shared/contract'
import { useModels } from './models'
import { useNotices } from './notices'

/** What the user set, kept by main between sessions. */
export const usePreferences = defineStore('preferences', () => {
  const notices = useNotices()
  const models = useModels()

  // Until main has told what was kept.
  const restore = ref<RestoreSettings>({ model: '', tasks: {}, strength: 100 })
  const exporting = ref<ExportSettings>({
    format: 'source',
    quality: 95,
    depth: 'source',
    stripLocation: false,
  })
  const placing = ref<Placing>({ kind: 'tree', folder: null, name: '{name}', collision: 'number' })
  const thumbnailSize = ref(176)

  /** The network that the settings name, or the first where that one is no longer installed. */
  const model = computed(() => models.list.find(({ id }) => id === restore.value.model) ?? models.list[0])

  /** The settings as they will be used: tasks that the network does not know are left out. */
  const settings = computed<RestoreSettings>(() => {
    const known = (id: string) => model.value?.tasks.some((task) => task.id === id) ?? true
    return {
      model: model.value?.id ?? restore.value.model,
      tasks: Object.fromEntries(Object.entries(restore.value.tasks).filter(([id]) => known(id))),
      strength: restore.value.strength,
    }
  })

  /** The folder for results; null until one was chosen. */
  const destination = computed(() => placing.value.folder)

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
    placing.value = preferences.placing
    return destination.value !== null
  }

  function take(preferences: Preferences) {
    restore.value = preferences.restore
    exporting.value = preferences.export
    placing.value = preferences.placing
    thumbnailSize.value = preferences.thumbnailSize
  }

  return {
    restore,
    exporting,
    placing,
    destination,
    thumbnailSize,
    model,
    settings,
    load,
    change,
    keep,
    chooseDestination,
  }
})
