// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, test } from 'vitest'
import { nextTick } from 'vue'
import { useLanguage } from '../../../src/renderer/composables/useLanguage'
import { i18n } from '../../../src/renderer/i18n'
import { usePreferences } from '../../../src/renderer/stores/preferences'
import { languages } from '../../../src/shared/preferences'
import { Texts } from '../../../src/shared/texts'
import { installFakeBridge } from './fakeBridge'

afterEach(() => (i18n.global.locale.value = 'en'))

test('menus, dialogs and notifications speak the window’s language, each dialog by the name of its button', async () => {
  const pinia = createPinia()
  setActivePinia(pinia)
  const { called } = installFakeBridge({ 'texts.use': () => undefined })
  const preferences = usePreferences()
  const root = mount({ setup: () => useLanguage(), render: () => null }, { global: { plugins: [pinia] } })

  const titles = new Set<string>()
  for (const language of languages) {
    preferences.language = language
    await nextTick()
    const { name, input } = called.at(-1)!
    expect(name).toBe('texts.use')
    const { dialogs } = Texts.parse(input)
    expect(Object.values(dialogs).filter((title) => title.endsWith('…'))).toEqual([])
    titles.add(dialogs.weights)
  }
  root.unmount()

  expect(titles.size).toBe(languages.length)
  expect(titles).toContain('Gewichte importieren')
})
