// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { CallError } from '../../../../src/renderer/api'
import { useNotices } from '../../../../src/renderer/stores/notices'
import { damaged } from '../fakeBridge'

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
})
afterEach(() => vi.useRealTimers())

test('a failed call becomes one message with what to do', async () => {
  const notices = useNotices()
  const fail = () => Promise.reject(new CallError(damaged))
  expect(await notices.attempt(fail)).toBeUndefined()
  await notices.attempt(fail)
  expect(notices.list).toMatchObject([{ tone: 'error', message: damaged.message, detail: damaged.detail }])
})

test('what the user cancelled is not reported', async () => {
  const notices = useNotices()
  await notices.attempt(() => Promise.reject(new CallError({ ...damaged, code: 'cancelled' })))
  expect(notices.list).toEqual([])
})

test('good news leaves by itself, an error stays', () => {
  const notices = useNotices()
  notices.show('info', 'Saved.')
  notices.show('error', 'Failed.')
  vi.advanceTimersByTime(60_000)
  expect(notices.list.map(({ message }) => message)).toEqual(['Failed.'])
})

test('there are never more than three', () => {
  const notices = useNotices()
  for (const message of ['1', '2', '3', '4']) notices.show('error', message)
  expect(notices.list.map(({ message }) => message)).toEqual(['2', '3', '4'])
})
