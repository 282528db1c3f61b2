// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, test, vi } from 'vitest'
import { defineComponent, h } from 'vue'
import JobSettings from '../../../../src/renderer/components/queue/JobSettings.vue'
import { i18n } from '../../../../src/renderer/i18n'
import { useModels } from '../../../../src/renderer/stores/models'
import { useNotices } from '../../../../src/renderer/stores/notices'
import { usePreferences } from '../../../../src/renderer/stores/preferences'
import type { QueueItem } from '../../../../src/shared/queue'
import { installFakeBridge } from '../fakeBridge'
import { item, model, sourceExport } from '../samples'

/** The dialog itself would put its content elsewhere in the page. */
const inPlace = defineComponent({
  props: { title: { type: String, required: true } },
  setup:
    ({ title }, { slots }) =>
    () =>
      h('div', [title, slots['default']?.(), slots['foot']?.()]),
})

async function settingsOf(items: QueueItem[], begun: string[] = []) {
  const pinia = createPinia()
  setActivePinia(pinia)
  const bridge = installFakeBridge({
    'models.list': () => [model('petrichor-compact', 'rain', 'snow'), model('other', 'rain')],
    'queue.adjust': ({ ids }) => ids.filter((id) => !begun.includes(id)),
  })
  await useModels().load()
  const preferences = usePreferences()
  preferences.presets = [
    {
      name: 'For print',
      restore: { model: 'petrichor-compact', tasks: { snow: 80 }, strength: 60 },
      export: { ...sourceExport, format: 'tiff', depth: '16' },
      placing: { kind: 'folder', name: 'elsewhere', collision: 'skip' },
    },
  ]
  const wrapper = mount(JobSettings, {
    props: { items },
    global: { plugins: [pinia, i18n], stubs: { BaseDialog: inPlace } },
  })
  const button = (name: string) => wrapper.findAll('button').find((found) => found.text() === name)!
  const field = (label: string) =>
    wrapper
      .findAll('label')
      .find((found) => found.find('.title').text() === label)!
      .get('select')
  return { bridge, wrapper, preferences, button, field }
}

test('one photo starts from its own settings and gets those that were changed', async () => {
  const shown = item('1', 'waiting')
  shown.job.settings = { model: 'petrichor-compact', tasks: { rain: 50 }, strength: 40 }
  const { bridge, wrapper, button, field } = await settingsOf([shown])
  expect(wrapper.text()).toContain('Settings of 1.jpg')
  expect(wrapper.get('[aria-label="Strength of Rain"]').attributes('aria-valuenow')).toBe('50')

  await button('Snow').trigger('click')
  await field('Format').setValue('png')
  await button('Apply').trigger('click')
  await vi.waitFor(() => expect(wrapper.emitted('close')).toHaveLength(1))

  expect(bridge.called.at(-1)).toEqual({
    name: 'queue.adjust',
    input: {
      ids: ['1'],
      settings: { model: 'petrichor-compact', tasks: { rain: 50, snow: 100 }, strength: 40 },
      export: { ...sourceExport, format: 'png' },
    },
  })
})

test('a preset brings how to restore and how to write, and leaves the place that was planned', async () => {
  const { bridge, button, field } = await settingsOf([item('1', 'waiting'), item('2', 'failed')])
  await field('Presets').setValue('For print')
  await button('Apply').trigger('click')
  expect(bridge.called.at(-1)?.input).toEqual({
    ids: ['1', '2'],
    settings: { model: 'petrichor-compact', tasks: { snow: 80 }, strength: 60 },
    export: { ...sourceExport, format: 'tiff', depth: '16' },
  })
})

test('several photos start from the settings of the panel, which one may take too', async () => {
  const { bridge, preferences, button } = await settingsOf([item('1', 'waiting')])
  preferences.change({ strength: 25 })
  await button('Take the panel’s settings').trigger('click')
  await button('Apply').trigger('click')
  expect(bridge.called.at(-1)?.input).toMatchObject({ settings: { strength: 25 } })
})

test('another model is not asked for what it does not know', async () => {
  const shown = item('1', 'waiting')
  shown.job.settings = { model: 'petrichor-compact', tasks: { rain: 50, snow: 50 }, strength: 100 }
  const { bridge, button, field } = await settingsOf([shown])
  await field('Model').setValue('other')
  await button('Apply').trigger('click')
  expect(bridge.called.at(-1)?.input).toMatchObject({
    settings: { model: 'other', tasks: { rain: 50 }, strength: 100 },
  })
})

test('leaving changes nothing', async () => {
  const { bridge, wrapper, button } = await settingsOf([item('1', 'waiting')])
  await button('Snow').trigger('click')
  await button('Leave as they are').trigger('click')
  expect(wrapper.emitted('close')).toHaveLength(1)
  expect(bridge.namesCalled()).not.toContain('queue.adjust')
})

test('says of how many photos the restoration has begun meanwhile', async () => {
  const { button } = await settingsOf([item('1', 'waiting'), item('2', 'waiting')], ['1'])
  await button('Apply').trigger('click')
  await vi.waitFor(() =>
    expect(useNotices().list).toMatchObject([
      { tone: 'warning', message: '1 photo has begun meanwhile and keeps its settings.' },
    ]),
  )
})
