// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, test } from 'vitest'
import TaskChoice from '../../../../src/renderer/components/restore/TaskChoice.vue'
import { i18n } from '../../../../src/renderer/i18n'
import { useModels } from '../../../../src/renderer/stores/models'
import { usePreferences } from '../../../../src/renderer/stores/preferences'
import { installFakeBridge } from '../fakeBridge'

async function choice() {
  const pinia = createPinia()
  setActivePinia(pinia)
  installFakeBridge({
    'models.list': () => [
      {
        id: 'n',
        name: 'N',
        version: '1',
        architecture: 'test',
        experts: [],
        tasks: [
          { id: 'rain', label: 'rain' },
          { id: 'moire', label: 'Moiré' },
        ],
        bytes: 1,
        training: '',
        licence: 'MIT',
        quality: [],
        removable: false,
      },
    ],
    'preferences.set': () => {
      throw new Error('Not looked at.')
    },
  })
  await useModels().load()
  const wrapper = mount(TaskChoice, { global: { plugins: [pinia, i18n] } })
  const button = (name: string) => wrapper.findAll('button').find((found) => found.text() === name)!
  return { wrapper, button, preferences: usePreferences() }
}

test('tasks join and leave, each with a strength; without any it is automatic again', async () => {
  const { wrapper, button, preferences } = await choice()
  expect(button('Automatic').attributes('aria-pressed')).toBe('true')

  await button('Rain').trigger('click')
  await button('Moiré').trigger('click')
  expect(preferences.settings.tasks).toEqual({ rain: 100, moire: 100 })
  expect(button('Automatic').attributes('aria-pressed')).toBe('false')
  expect(wrapper.findAll('[role=slider]').map((slider) => slider.attributes('aria-label'))).toEqual([
    'Strength of Rain',
    'Strength of Moiré',
  ])

  await button('Rain').trigger('click')
  await button('Moiré').trigger('click')
  expect(preferences.settings.tasks).toEqual({})
  expect(button('Automatic').attributes('aria-pressed')).toBe('true')
})
