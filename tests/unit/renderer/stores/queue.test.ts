// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test } from 'vitest'
import { useQueue } from '../../../../src/renderer/stores/queue'
import { installFakeBridge } from '../fakeBridge'
import { item } from '../samples'

beforeEach(() => setActivePinia(createPinia()))

test('shows what main tells, from the start and with every change', async () => {
  const bridge = installFakeBridge({
    'queue.get': () => ({ items: [item('1', 'waiting', 'p')], paused: true }),
  })
  const queue = useQueue()
  const stop = queue.listen()
  await queue.load()
  expect(queue.paused).toBe(true)
  expect(queue.itemOf('p')?.job.state).toBe('waiting')

  bridge.send('queue.changed', { items: [item('1', 'running', 'p')], paused: false })
  bridge.send('queue.progress', { id: '1', progress: { done: 3, total: 4 } })
  expect(queue.totals.fraction).toBe(0.75)

  bridge.send('queue.changed', { items: [item('1', 'done', 'p')], paused: false })
  expect(queue.progress.size).toBe(0)
  expect(queue.resultOf('p')?.view).toBe('view-1')

  stop()
  expect(bridge.listenerCount('queue.changed')).toBe(0)
})

test('a former result stays while the photo is restored again', () => {
  const bridge = installFakeBridge()
  const queue = useQueue()
  queue.listen()
  bridge.send('queue.changed', { items: [item('1', 'done', 'p')], paused: false })
  bridge.send('queue.changed', { items: [item('2', 'running', 'p'), item('1', 'done', 'p')], paused: false })
  expect(queue.itemOf('p')?.job.id).toBe('2')
  expect(queue.resultOf('p')?.job.id).toBe('1')
  bridge.send('queue.changed', { items: [item('2', 'done', 'p'), item('1', 'done', 'p')], paused: false })
  expect(queue.resultOf('p')?.job.id).toBe('2')
})

test('works on all jobs of a kind at once', async () => {
  const bridge = installFakeBridge({
    'queue.cancel': () => undefined,
    'queue.retry': () => undefined,
    'queue.remove': () => undefined,
  })
  const queue = useQueue()
  queue.listen()
  const items = [item('1', 'done'), item('2', 'failed'), item('3', 'running'), item('4', 'waiting')]
  bridge.send('queue.changed', { items, paused: false })
  await queue.cancelAll()
  await queue.retryFailed()
  await queue.clearFinished()
  expect(bridge.called).toEqual([
    { name: 'queue.cancel', input: ['3', '4'] },
    { name: 'queue.retry', input: ['2'] },
    { name: 'queue.remove', input: ['1'] },
  ])
})
