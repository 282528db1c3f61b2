// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, expect, test, vi } from 'vitest'
import { nextTick } from 'vue'
import { usePreview } from '../../../src/renderer/composables/usePreview'
import { usePreferences } from '../../../src/renderer/stores/preferences'
import { useViewer } from '../../../src/renderer/stores/viewer'
import type { CallInput, CallOutput } from '../../../src/shared/contract'
import { defaultSettings } from '../../../src/shared/settings'
import { installFakeBridge } from './fakeBridge'

type Answer = CallOutput<'preview.make'>
const picture: Answer = { png: new Uint8Array([1]), gates: { rain: 0.8 }, isFinal: true }

beforeEach(() => {
  vi.useFakeTimers()
  setActivePinia(createPinia())
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: () => 'blob:made', revokeObjectURL: () => {} }))
  return () => vi.useRealTimers()
})

/** A photo, of 400 × 300 pixels unless said otherwise, seen whole. */
function opened(size = { width: 400, height: 300 }) {
  const answers: ((answer: Answer) => void)[] = []
  const bridge = installFakeBridge({
    'preview.make': () => new Promise<Answer>((resolve) => answers.push(resolve)),
    'preview.cancel': () => undefined,
  })
  const viewer = useViewer()
  viewer.setStage({ width: 1000, height: 800 }, 1)
  viewer.setPhoto(size)
  let found!: ReturnType<typeof usePreview>
  const wrapper = mount({
    setup() {
      found = usePreview(() => ({ photo: 'p', made: undefined, job: undefined }))
      return () => null
    },
  })
  const pass = async () => {
    await nextTick()
    await vi.advanceTimersByTimeAsync(300)
  }
  return { bridge, answers, viewer, preferences: usePreferences(), found, pass, wrapper }
}

test('nothing is previewed until a setting is changed', async () => {
  const { bridge, pass, viewer } = opened()
  viewer.zoomToActual()
  await pass()
  expect(bridge.called).toEqual([])
})

test('what is seen is previewed as the changed setting restores it, with what the model found', async () => {
  const { bridge, answers, viewer, preferences, found, pass } = opened()
  preferences.change({ tasks: { rain: 50 } })
  await pass()
  expect(bridge.called).toEqual([
    {
      name: 'preview.make',
      input: {
        photo: 'p',
        settings: { model: defaultSettings.model, tasks: { rain: 50 } },
        region: { left: 0, top: 0, width: 400, height: 300 },
        quick: true,
      },
    },
  ])
  expect(found.working.value).toBe(true)

  answers[0]!(picture)
  await pass()
  expect([...found.parts.value.values()]).toMatchObject([{ url: 'blob:made', region: { width: 400 } }])
  expect(viewer.previewGates).toEqual({ rain: 0.8 })
  expect(found.working.value).toBe(false)

  preferences.change({ tasks: {} })
  await pass()
  expect(found.parts.value.size).toBe(0)
  expect(viewer.previewGates).toBeNull()
})

test('a quick part is followed by one as in the result', async () => {
  const { bridge, answers, preferences, found, pass } = opened()
  preferences.change({ tasks: { rain: 50 } })
  await pass()
  answers[0]!({ ...picture, isFinal: false })
  await pass()
  expect(found.parts.value.size).toBe(1)
  expect(bridge.called.map(({ input }) => (input as CallInput<'preview.make'>).quick)).toEqual([true, false])
  answers[1]!(picture)
  await pass()
  expect(found.parts.value.size).toBe(1)
  expect(bridge.called).toHaveLength(2)
})

test('a large view is previewed part by part from its middle, and what is there stays when it moves', async () => {
  const { bridge, answers, viewer, preferences, found, pass } = opened({ width: 8000, height: 6000 })
  viewer.zoomToActual()
  const regionOf = (call: number) => (bridge.called[call]!.input as CallInput<'preview.make'>).region
  preferences.change({ tasks: { rain: 50 } })
  await pass()
  // The stage shows 1000 × 800 in the middle of the photo: four parts of 500 × 400.
  for (let part = 0; part < 4; part++) {
    expect(regionOf(part)).toMatchObject({ width: 501, height: 401 })
    answers[part]!(picture)
    await pass()
  }
  expect(found.parts.value.size).toBe(4)
  expect(bridge.called).toHaveLength(4)

  viewer.pan({ x: -100, y: 0 })
  await pass()
  expect(found.parts.value.size).toBe(4)
  expect(regionOf(4).left).toBe(4500)
})

test('a stale preview is cancelled, and is not shown should it come nevertheless', async () => {
  const { bridge, answers, preferences, found, pass } = opened()
  preferences.change({ tasks: { rain: 50 } })
  await pass()
  preferences.change({ tasks: { rain: 60 } })
  await pass()
  expect(bridge.namesCalled()).toEqual(['preview.make', 'preview.cancel', 'preview.make'])

  answers[0]!(picture)
  await pass()
  expect(found.parts.value.size).toBe(0)
  expect(found.working.value).toBe(true)
  answers[1]!(picture)
  await pass()
  expect(found.parts.value.size).toBe(1)
})

test('closing the photo cancels what is under way', async () => {
  const { bridge, preferences, pass, wrapper } = opened()
  preferences.change({ tasks: { rain: 50 } })
  await pass()
  wrapper.unmount()
  expect(bridge.namesCalled()).toEqual(['preview.make', 'preview.cancel'])
})
