// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { TooltipProvider } from 'reka-ui'
import { beforeEach, expect, test } from 'vitest'
import { h, nextTick } from 'vue'
import QueuePanel from '../../../../src/renderer/components/queue/QueuePanel.vue'
import { i18n } from '../../../../src/renderer/i18n'
import { useQueue } from '../../../../src/renderer/stores/queue'
import type { QueueItem } from '../../../../src/shared/queue'
import { installFakeBridge } from '../fakeBridge'
import { item } from '../samples'

const pinia = createPinia()
beforeEach(() => setActivePinia(pinia))

async function panel(...items: QueueItem[]) {
  const bridge = installFakeBridge({
    'queue.get': () => ({ revision: 0, items, paused: false }),
    'queue.retry': () => undefined,
    'queue.adjust': ({ ids }) => ids,
  })
  const wrapper = mount(
    { render: () => h(TooltipProvider, () => h(QueuePanel)) },
    { global: { plugins: [pinia, i18n] } },
  )
  const queue = useQueue()
  const stop = queue.listen()
  await queue.load()
  await nextTick()
  return { bridge, wrapper, queue, stop }
}

const stoppedWith = (id: string): QueueItem => {
  const failed = item(id, 'failed')
  failed.job.error = { code: 'engine-stopped', message: 'It stopped.', detail: 'Try again.' }
  return failed
}

test('what the engine failed at is offered once more, and nothing else', async () => {
  const { bridge, wrapper } = await panel(stoppedWith('1'), item('2', 'failed'), stoppedWith('3'))
  const offer = wrapper.get('.engine-failures')
  expect(offer.text()).toContain('2 photos were not restored because the restoring process stopped.')
  await offer.get('button').trigger('click')
  expect(bridge.called.at(-1)).toEqual({ name: 'queue.retry', input: ['1', '3'] })
})

test('the pace and the time left are told while something is done, and not while paused', async () => {
  const { bridge, wrapper, stop } = await panel(item('1', 'running'), item('2', 'waiting'))
  bridge.send('queue.pace', { megapixelsPerSecond: 1.234, secondsLeft: 4000 })
  await nextTick()
  expect(wrapper.text()).toContain('1.23 MP/s')
  expect(wrapper.text()).toContain('about 1 hr 7 min left')
  bridge.send('queue.changed', { revision: 1, changed: [], removed: [], paused: true })
  await nextTick()
  expect(wrapper.text()).not.toContain('left')
  stop()
})
