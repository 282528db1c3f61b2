// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { afterEach, expect, test } from 'vitest'
import { h } from 'vue'
import QueueRow from '../../../../src/renderer/components/queue/QueueRow.vue'
import { i18n } from '../../../../src/renderer/i18n'
import type { QueueItem } from '../../../../src/shared/queue'
import { damaged, installFakeBridge } from '../fakeBridge'
import { item } from '../samples'

afterEach(() => (i18n.global.locale.value = 'en'))

function row(shown: QueueItem) {
  const bridge = installFakeBridge({ 'queue.retry': () => undefined, 'queue.cancel': () => undefined })
  const wrapper = mount(
    { render: () => h(TooltipProvider, () => h(QueueRow, { item: shown })) },
    { global: { plugins: [createPinia(), i18n] } },
  )
  return { bridge, wrapper }
}

test('a failed photo says why and what to do, and can be retried', async () => {
  const failed = item('1', 'failed')
  failed.job.error = damaged
  const { bridge, wrapper } = row(failed)
  expect(wrapper.text()).toContain(damaged.message)
  expect(wrapper.text()).toContain(damaged.detail)
  await wrapper.get('[aria-label="Retry 1.jpg"]').trigger('click')
  expect(bridge.called).toEqual([{ name: 'queue.retry', input: ['1'] }])
})

test('a waiting photo can be cancelled', async () => {
  const { bridge, wrapper } = row(item('1', 'waiting'))
  expect(wrapper.text()).toContain('Waiting')
  await wrapper.get('[aria-label="Cancel 1.jpg"]').trigger('click')
  expect(bridge.called).toEqual([{ name: 'queue.cancel', input: ['1'] }])
})

test('a finished photo of a batch can be shown in its folder', () => {
  expect(row(item('1', 'done')).wrapper.find('[aria-label="Show 1.jpg in its folder"]').exists()).toBe(true)
})

test('what else was done to a photo is said in the window’s language', () => {
  i18n.global.locale.value = 'de'
  const done = item('1', 'done')
  done.job.result = {
    output: '/out/1.jpg',
    width: 1,
    height: 1,
    seconds: 2,
    gates: {},
    provider: 'cpu',
    notes: [{ code: 'cmyk-converted', message: 'Converted from CMYK to sRGB.' }],
  }
  const text = row(done).wrapper.text()
  expect(text).toContain('Druckfarben wurden in sRGB umgewandelt.')
  expect(text).not.toContain('Converted')
})
