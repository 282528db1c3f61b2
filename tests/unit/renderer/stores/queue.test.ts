// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { useNotices } from '../../../../src/renderer/stores/notices'
import { useQueue } from '../../../../src/renderer/stores/queue'
import type { Queue, QueueItem } from '../../../../src/shared/queue'
import { installFakeBridge } from '../fakeBridge'
import { delta, item } from '../samples'

beforeEach(() => setActivePinia(createPinia()))

const snapshot = (items: QueueItem[], revision = 0): Queue => ({ revision, items, paused: false })

/** A queue that was loaded and listens. */
async function started(...items: QueueItem[]) {
  const bridge = installFakeBridge({
    'queue.get': () => snapshot(items),
    'queue.cancel': () => undefined,
    'queue.retry': () => undefined,
    'queue.remove': () => undefined,
  })
  const queue = useQueue()
  const stop = queue.listen()
  await queue.load()
  return { bridge, queue, stop }
}

test('shows what main tells, from the start and with every change', async () => {
  const { bridge, queue, stop } = await started(item('1', 'waiting', 'p'))
  expect(queue.itemOf('p')?.job.state).toBe('waiting')

  bridge.send('queue.changed', delta(1, [item('1', 'running', 'p')]))
  bridge.send('queue.progress', { id: '1', progress: { done: 3, total: 4 } })
  expect(queue.totals.fraction).toBe(0.75)

  bridge.send('queue.changed', delta(2, [item('1', 'done', 'p')]))
  expect(queue.progress.size).toBe(0)
  expect(queue.resultOf('p')?.view).toBe('view-1')

  stop()
  expect(bridge.listenerCount('queue.changed')).toBe(0)
})

test('an earlier result stays while the photo is restored again', async () => {
  const { bridge, queue } = await started(item('1', 'done', 'p'))
  bridge.send('queue.changed', delta(1, [item('2', 'running', 'p')]))
  expect(queue.itemOf('p')?.job.id).toBe('2')
  expect(queue.resultOf('p')?.job.id).toBe('1')
  bridge.send('queue.changed', delta(2, [item('2', 'done', 'p')]))
  expect(queue.resultOf('p')?.job.id).toBe('2')
})

test('asks for the whole queue where a change was missed', async () => {
  const { bridge, queue } = await started(item('1', 'waiting'))
  bridge.send('queue.changed', delta(5, [item('1', 'running')]))
  await vi.waitFor(() => expect(bridge.namesCalled()).toEqual(['queue.get', 'queue.get']))
  expect(queue.items).toHaveLength(1)
})

test('changes that come while the whole is on its way are not lost, and none counts twice', async () => {
  let answer: (queue: Queue) => void = () => undefined
  const bridge = installFakeBridge({ 'queue.get': () => new Promise((resolve) => (answer = resolve)) })
  const queue = useQueue()
  queue.listen()
  const loaded = queue.load()
  bridge.send('queue.changed', delta(7, [item('1', 'running')]))
  bridge.send('queue.changed', delta(8, [item('1', 'done')]))
  answer(snapshot([item('1', 'running')], 7))
  await loaded
  expect(queue.items.map(({ job }) => job.state)).toEqual(['done'])
  expect(bridge.namesCalled()).toEqual(['queue.get'])
})

test('says when the engine stopped and which photo it took along', async () => {
  const { bridge } = await started(item('1', 'running'))
  const failed = item('1', 'failed')
  failed.job.error = { code: 'engine-stopped', message: 'Stopped.', detail: 'Try again.' }
  bridge.send('queue.changed', delta(1, [failed]))
  expect(useNotices().list).toMatchObject([
    { tone: 'error', detail: expect.stringContaining('1.jpg') as string },
  ])
})

test('works on all jobs of a kind at once', async () => {
  const { bridge, queue } = await started(
    item('1', 'done'),
    item('2', 'failed'),
    item('3', 'running'),
    item('4', 'waiting'),
  )
  await queue.cancelAll()
  await queue.retryFailed()
  await queue.clearFinished()
  expect(bridge.called.slice(1)).toEqual([
    { name: 'queue.cancel', input: ['3', '4'] },
    { name: 'queue.retry', input: ['2'] },
    { name: 'queue.remove', input: ['1'] },
  ])
})
