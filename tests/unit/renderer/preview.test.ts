// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { usePreview } from '../../../src/renderer/composables/usePreview'
import { usePreferences } from '../../../src/renderer/stores/preferences'
import { useViewer } from '../../../src/renderer/stores/viewer'
import type { CallOutput } from '../../../src/shared/contract'
import { installFakeBridge } from './fakeBridge'

type Answer = CallOutput<'preview.make'>
const picture: Answer = { png: new Uint8Array([1]), gates: {} }

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:made', revokeObjectURL: () => {} }))
  return () => vi.useRealTimers()
})

/** A photo of 800 × 600, seen whole. */
function opened() {
  const answers: ((answer: Answer) => void)[] = []
  const bridge = installFakeBridge({
    'preview.make': () => new Promise<Answer>((resolve) => answers.push(resolve)),
    'preview.cancel': () => undefined,
  })
  const viewer = useViewer()
  viewer.setStage({ width: 1000, height: 800 }, 1)
  viewer.setPhoto({ width: 800, height: 600 })
  let found!: ReturnType<typeof usePreview>
  const wrapper = mount({
    setup() {
      found = usePreview(() => ({ photo: 'p', made: undefined, job: undefined }))
      return () => null
    },
  })
  const settle = async () => {
    await nextTick()
    await vi.advanceTimersByTimeAsync(300)
  }
  return { bridge, answers, viewer, preferences: usePreferences(), found, settle, wrapper }
}

test('nothing is previewed until a setting is changed', async () => {
  const { bridge, settle, viewer } = opened()
  viewer.zoomToActual()
  await settle()
  expect(bridge.called).toEqual([])
})

test('what is seen is previewed as the changed setting restores it', async () => {
  const { bridge, answers, preferences, found, settle } = opened()
  preferences.change({ tasks: { rain: 50 } })
  await settle()
  expect(bridge.called).toEqual([
    {
      name: 'preview.make',
      input: {
        photo: 'p',
        settings: { model: '', tasks: { rain: 50 } },
        region: { left: 0, top: 0, width: 800, height: 600 },
      },
    },
  ])
  expect(found.working.value).toBe(true)

  answers[0]!(picture)
  await settle()
  expect(found.preview.value).toMatchObject({ url: 'blob:made', region: { width: 800 } })
  expect(found.working.value).toBe(false)

  preferences.change({ tasks: {} })
  await settle()
  expect(found.preview.value).toBeNull()
})

test('a stale preview is cancelled, and is not shown should it come nevertheless', async () => {
  const { bridge, answers, preferences, found, settle } = opened()
  preferences.change({ tasks: { rain: 50 } })
  await settle()
  preferences.change({ tasks: { rain: 60 } })
  await settle()
  expect(bridge.namesCalled()).toEqual(['preview.make', 'preview.cancel', 'preview.make'])

  answers[0]!(picture)
  await settle()
  expect(found.preview.value).toBeNull()
  expect(found.working.value).toBe(true)
  answers[1]!(picture)
  await settle()
  expect(found.preview.value).not.toBeNull()
})

test('closing the photo cancels what is under way', async () => {
  const { bridge, preferences, settle, wrapper } = opened()
  preferences.change({ tasks: { rain: 50 } })
  await settle()
  wrapper.unmount()
  expect(bridge.namesCalled()).toEqual(['preview.make', 'preview.cancel'])
})
