import { defineStore } from 'pinia'
import { computed, ref } from 'vue'
import type { CallInput } from '../../shared/contract'
import type { Allowance } from '../../shared/machine'
import type { Browsing, Placing, Preferences, Preset } from '../../shared/preferences'
import type { ExportSettings, RestoreSettings } from '../../shared/settings'
import { call } from '../api'
import { plain } from '../logic/plain'
import { followedBy } from '../logic/settings'
import { useModels } from './models'
import { useNotices } from './notices'

/** What the user set, kept by main between sessions. */
export const usePreferences = defineStore('preferences', () => {
  const notices = useNotices()
  const models = useModels()

  // Until main has told what was kept.
  const restore = ref<RestoreSettings>({ model: '', tasks: {}, strength: 100 })
  const exportSettings = ref<ExportSettings>({
    format: 'source',
    quality: 95,
    depth: 'source',
    stripLocation: false,
  })
  const placing = ref<Placing>({ kind: 'tree', folder: null, name: '{name}', collision: 'number' })
  const thumbnailSize = ref(176)
  const browsing = ref<Browsing>({ sort: 'name', descending: false, subfolders: true })
  const presets = ref<Preset[]>([])
  const theme = ref<Preferences['theme']>('system')
  const language = ref<Preferences['language']>('system')
  const allowance = ref<Allowance>({ tile: null, memory: null, pixels: null })

  /** The model that the settings name, or the first where that one is no longer installed. */
  const model = computed(() => models.list.find(({ id }) => id === restore.value.model) ?? models.list[0])

  /** The settings as they will be used: tasks that the model does not know are left out. */
  const settings = computed(() => followedBy(model.value, restore.value))

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

  function changeExport(settings: Partial<ExportSettings>) {
    exportSettings.value = { ...exportSettings.value, ...settings }
  }

  async function keep() {
    const kept = { restore: plain(settings.value), thumbnailSize: thumbnailSize.value }
    await notices.attempt(() => call('preferences.set', kept))
  }

  /** Makes a change of anything last, and takes what main made of it. */
  async function set(change: CallInput<'preferences.set'>) {
    const preferences = await notices.attempt(() => call('preferences.set', plain(change)))
    if (preferences) take(preferences)
  }
  const keepExport = () => set({ export: exportSettings.value })
  const setPlacing = (change: Partial<Omit<Placing, 'folder'>>) =>
    set({ placing: { ...withoutFolder(placing.value), ...change } })

  /** Keep the present settings under a name; one of that name makes way. */
  function savePreset(name: string) {
    const preset: Preset = {
      name,
      restore: settings.value,
      export: exportSettings.value,
      placing: withoutFolder(placing.value),
    }
    return set({ presets: [...presets.value.filter((other) => other.name !== name), preset] })
  }
  const usePreset = ({ restore, export: exports, placing }: Preset) =>
    set({ restore, export: exports, placing })
  const deletePreset = (name: string) =>
    set({ presets: presets.value.filter((preset) => preset.name !== name) })

  /** Take over settings from a file; tells whether there were any. */
  async function loadFile(): Promise<boolean> {
    const preferences = await notices.attempt(() => call('settings.load'))
    if (preferences) take(preferences)
    return Boolean(preferences)
  }

  async function browse(change: Partial<Browsing>) {
    browsing.value = { ...browsing.value, ...change }
    await notices.attempt(() => call('preferences.set', { browsing: plain(browsing.value) }))
  }

  async function chooseDestination(): Promise<boolean> {
    const preferences = await notices.attempt(() => call('preferences.chooseDestination'))
    if (!preferences) return false
    placing.value = preferences.placing
    return destination.value !== null
  }

  function take(preferences: Preferences) {
    restore.value = preferences.restore
    exportSettings.value = preferences.export
    placing.value = preferences.placing
    thumbnailSize.value = preferences.thumbnailSize
    browsing.value = preferences.browsing
    presets.value = preferences.presets
    theme.value = preferences.theme
    language.value = preferences.language
    allowance.value = preferences.allowance
  }

  return {
    restore,
    exportSettings,
    placing,
    destination,
    thumbnailSize,
    browsing,
    model,
    settings,
    load,
    change,
    keep,
    presets,
    theme,
    language,
    allowance,
    set,
    changeExport,
    keepExport,
    setPlacing,
    savePreset,
    usePreset,
    deletePreset,
    loadFile,
    browse,
    chooseDestination,
  }
})

function withoutFolder({ kind, name, collision }: Placing): Omit<Placing, 'folder'> {
  return { kind, name, collision }
}
