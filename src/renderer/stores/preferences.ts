import { defineStore } from 'pinia'
import { computed, reactive, toRefs } from 'vue'
import type { CallInput } from '../../shared/contract'
import {
  type Browsing,
  defaultPreferences,
  type Placing,
  type Preferences,
  type Preset,
} from '../../shared/preferences'
import type { ExportSettings, RestoreSettings } from '../../shared/settings'
import { call } from '../api'
import { plain } from '../logic/plain'
import { followedBy } from '../logic/settings'
import { useModels } from './models'
import { useNotices } from './notices'

/** What the user set. Main saves it between sessions; until it has answered, the defaults hold. */
export const usePreferences = defineStore('preferences', () => {
  const notices = useNotices()
  const models = useModels()

  const current = reactive<Preferences>(structuredClone(defaultPreferences))

  /** The model that the settings name, or the first where that one is no longer installed. */
  const model = computed(() => models.list.find(({ id }) => id === current.restore.model) ?? models.list[0])

  /** The settings as they will be used: tasks that the model does not know are left out. */
  const settings = computed(() => followedBy(model.value, current.restore))

  function take(preferences: Preferences) {
    Object.assign(current, preferences)
  }

  async function load() {
    const preferences = await notices.attempt(() => call('preferences.get'))
    if (preferences) take(preferences)
  }

  /** Changes what the window shows only; `save` makes it last. So a slider can be dragged without a call per pixel. */
  function change(settings: Partial<RestoreSettings>) {
    current.restore = { ...current.restore, ...settings }
  }

  function changeExport(settings: Partial<ExportSettings>) {
    current.export = { ...current.export, ...settings }
  }

  async function save() {
    const changed = { restore: plain(settings.value), thumbnailSize: current.thumbnailSize }
    await notices.attempt(() => call('preferences.set', changed))
  }

  /** Saves a change of anything, and takes what main made of it. */
  async function set(change: CallInput<'preferences.set'>) {
    const preferences = await notices.attempt(() => call('preferences.set', plain(change)))
    if (preferences) take(preferences)
  }
  const saveExport = () => set({ export: current.export })
  const setPlacing = (change: Partial<Omit<Placing, 'folder'>>) =>
    set({ placing: { ...withoutFolder(current.placing), ...change } })

  /** Saves the present settings under a name; replaces a preset of that name. */
  function savePreset(name: string) {
    const preset: Preset = {
      name,
      restore: settings.value,
      export: current.export,
      placing: withoutFolder(current.placing),
    }
    return set({ presets: [...current.presets.filter((other) => other.name !== name), preset] })
  }
  const applyPreset = ({ restore, export: exportSettings, placing }: Preset) =>
    set({ restore, export: exportSettings, placing })
  const deletePreset = (name: string) =>
    set({ presets: current.presets.filter((preset) => preset.name !== name) })

  /** Loads settings from a file; tells whether one was chosen. */
  async function loadFile(): Promise<boolean> {
    const preferences = await notices.attempt(() => call('settings.load'))
    if (preferences) take(preferences)
    return Boolean(preferences)
  }

  async function browse(change: Partial<Browsing>) {
    current.browsing = { ...current.browsing, ...change }
    await notices.attempt(() => call('preferences.set', { browsing: plain(current.browsing) }))
  }

  /** Asks for the folder for results; tells whether there is one. */
  async function chooseDestination(): Promise<boolean> {
    const preferences = await notices.attempt(() => call('preferences.chooseDestination'))
    if (!preferences) return false
    current.placing = preferences.placing
    return preferences.placing.folder !== null
  }

  return {
    ...toRefs(current),
    model,
    settings,
    load,
    change,
    changeExport,
    save,
    saveExport,
    set,
    setPlacing,
    savePreset,
    applyPreset,
    deletePreset,
    loadFile,
    browse,
    chooseDestination,
  }
})

function withoutFolder({ kind, name, collision }: Placing): Omit<Placing, 'folder'> {
  return { kind, name, collision }
}
