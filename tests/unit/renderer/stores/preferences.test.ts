// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { useModels } from '../../../../src/renderer/stores/models'
import { usePreferences } from '../../../../src/renderer/stores/preferences'
import { installFakeBridge } from '../fakeBridge'
import { model, preferences as samples, sourceExport } from '../samples'

const saved = { ...samples, restore: { model: 'gone', tasks: { snow: 100 }, strength: 40 } }

beforeEach(() => setActivePinia(createPinia()))

test('settings that no installed model knows fall back to what there is', async () => {
  installFakeBridge({
    'preferences.get': () => saved,
    'models.list': () => [model('compact', 'rain', 'haze')],
  })
  const preferences = usePreferences()
  await Promise.all([preferences.load(), useModels().load()])
  expect(preferences.settings).toEqual({ model: 'compact', tasks: {}, strength: 40 })
  expect(preferences.thumbnailSize).toBe(200)
})

test('changes are saved only when told so', async () => {
  const bridge = installFakeBridge({ 'preferences.set': () => saved })
  const preferences = usePreferences()
  preferences.change({ strength: 10 })
  preferences.change({ strength: 20 })
  expect(bridge.called).toEqual([])
  await preferences.save()
  expect(bridge.called).toMatchObject([{ name: 'preferences.set', input: { restore: { strength: 20 } } }])
})

test('a cancelled dialog leaves the destination', async () => {
  installFakeBridge({ 'preferences.chooseDestination': () => null })
  const preferences = usePreferences()
  expect(await preferences.chooseDestination()).toBe(false)
  expect(preferences.placing.folder).toBeNull()
})

test('a preset holds the present settings without folders, and one of its name makes way', async () => {
  const bridge = installFakeBridge({
    'preferences.get': () => saved,
    'models.list': () => [model('compact', 'rain')],
    'preferences.set': (change) => ({ ...saved, presets: change.presets ?? [] }),
  })
  const preferences = usePreferences()
  await Promise.all([preferences.load(), useModels().load()])
  preferences.change({ tasks: { rain: 60 } })
  await preferences.savePreset('Wedding')
  preferences.change({ tasks: { rain: 60 }, strength: 80 })
  await preferences.savePreset('Wedding')

  expect(bridge.called.at(-1)?.input).toEqual({
    presets: [
      {
        name: 'Wedding',
        restore: { model: 'compact', tasks: { rain: 60 }, strength: 80 },
        export: sourceExport,
        placing: { kind: 'tree', name: '{name}', collision: 'number' },
      },
    ],
  })
  expect(preferences.presets.map(({ name }) => name)).toEqual(['Wedding'])
})
