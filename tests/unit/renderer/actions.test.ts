// @vitest-environment happy-dom
import { createPinia, setActivePinia } from 'pinia'
import { beforeEach, describe, expect, test, vi } from 'vitest'
import { useActions } from '../../../src/renderer/composables/useActions'
import { useLayout } from '../../../src/renderer/stores/layout'
import { useLibrary } from '../../../src/renderer/stores/library'
import { useModels } from '../../../src/renderer/stores/models'
import { useNotices } from '../../../src/renderer/stores/notices'
import { useQueue } from '../../../src/renderer/stores/queue'
import { useSelection } from '../../../src/renderer/stores/selection'
import { usePreferences } from '../../../src/renderer/stores/preferences'
import type { Model } from '../../../src/shared/models'
import type { PhotoUse } from '../../../src/shared/photoUse'
import type { BatchAdded } from '../../../src/shared/queue'
import { installFakeBridge } from './fakeBridge'
import { delta, item, model, opened, sourceExport } from './samples'

const preferences = {
  restore: { model: 'n', tasks: {}, strength: 100 },
  export: sourceExport,
  placing: { kind: 'tree' as const, folder: '/out', name: '{name}', collision: 'number' as const },
  thumbnailSize: 176,
  browsing: { sort: 'name' as const, descending: false, subfolders: true },
  folders: { recent: [], favourites: [] },
  presets: [],
  photoUse: 'unstated' as const,
  theme: 'system' as const,
  language: 'system' as const,
  allowance: { tile: null, memory: null, pixels: null },
}

const start = (...ids: string[]) => startWith(model('n'), ...ids)

async function startWith(installed: Model, ...ids: string[]) {
  const leftOut: BatchAdded['leftOut'] = []
  const bridge = installFakeBridge({
    'photos.chooseFolder': () => opened(...ids),
    'models.list': () => [installed],
    'queue.get': () => ({ revision: 0, items: [], paused: false }),
    'queue.restorePhoto': () => 'job',
    'queue.addBatch': ({ photos }) => ({
      added: photos.length - leftOut.length,
      leftOut,
    }),
    'preferences.chooseDestination': () => preferences,
    'results.save': () => '/saved.jpg',
  })
  // The layout follows the library from when it is first used, as it is in the window.
  const layout = useLayout()
  const queue = useQueue()
  queue.listen()
  await queue.load()
  await useModels().load()
  await useLibrary().openFolder()
  return { bridge, layout, queue, leftOut, selection: useSelection(), ...useActions() }
}

beforeEach(() => setActivePinia(createPinia()))

describe('opening', () => {
  test('shows several photos as a grid with nothing selected', async () => {
    const { layout, selection } = await start('a', 'b')
    expect(layout.mode).toBe('grid')
    expect(selection.count).toBe(0)
    expect(selection.active).toBe('a')
  })

  test('shows a single photo at once', async () => {
    const { layout, selection } = await start('a')
    expect(layout.mode).toBe('photo')
    expect(selection.active).toBe('a')
  })

  test('says what could not be looked at', async () => {
    await start('a')
    useLibrary().show({ ...opened('b'), passedOver: ['/photos/locked'] })
    expect(useNotices().list).toMatchObject([
      { tone: 'warning', message: '1 file or folder could not be looked at.', detail: '/photos/locked' },
    ])
  })
})

describe('a batch', () => {
  test('says which photos it leaves out, and why', async () => {
    const { act, layout, leftOut } = await start('a', 'b', 'c', 'd')
    leftOut.push(
      { photo: 'c', reason: 'taken' },
      { photo: 'a', reason: 'done' },
      { photo: 'b', reason: 'done' },
    )
    act('select-all')
    act('queue-selection')
    await vi.waitFor(() => expect(layout.queueOpen).toBe(true))
    expect(useNotices().list).toMatchObject([
      {
        tone: 'warning',
        message: '3 photos are left out.',
        detail:
          'Restored already with these settings: a.jpg and b.jpg.\nThe name of the result is taken: c.jpg.',
      },
    ])
  })

  test('that is left out as a whole opens no queue, and names the first few', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e', 'f', 'g']
    const { act, layout, leftOut } = await start(...ids)
    leftOut.push(...ids.map((photo) => ({ photo, reason: 'queued' as const })))
    act('select-all')
    act('queue-selection')
    await vi.waitFor(() => expect(useNotices().list).toHaveLength(1))
    expect(useNotices().list).toMatchObject([
      {
        message: '7 photos are left out.',
        detail: 'In the queue already with these settings: a.jpg, b.jpg, c.jpg, d.jpg, and 3 more.',
      },
    ])
    expect(layout.queueOpen).toBe(false)
  })
})

describe('restoring', () => {
  test('opens the photo it is asked for', async () => {
    const { act, bridge, layout } = await start('a', 'b')
    act('restore')
    expect(layout.mode).toBe('photo')
    expect(bridge.called.at(-1)).toEqual({
      name: 'queue.restorePhoto',
      input: { photo: 'a', settings: preferences.restore, export: sourceExport },
    })
  })

  test('waits until a running restoration of the same photo has ended', async () => {
    const { act, bridge } = await start('a', 'b')
    bridge.send('queue.changed', delta(1, [item('1', 'running', 'a')]))
    act('restore')
    expect(bridge.namesCalled()).not.toContain('queue.restorePhoto')
  })

  test('of several goes to the queue, after asking where to', async () => {
    const { act, bridge, layout } = await start('a', 'b', 'c')
    act('select-all')
    act('restore')
    await vi.waitFor(() => expect(layout.queueOpen).toBe(true))
    expect(bridge.namesCalled().slice(-2)).toEqual(['preferences.chooseDestination', 'queue.addBatch'])
    expect(bridge.called.at(-1)?.input).toMatchObject({ photos: ['a', 'b', 'c'] })
  })
})

test('saving needs an open photo with a result, and says where it went', async () => {
  const { act, bridge, canSave, queue } = await start('a')
  act('save-result')
  expect(canSave.value).toBe(false)
  expect(bridge.namesCalled()).not.toContain('results.save')

  bridge.send('queue.changed', delta(1, [item('1', 'done', 'a')]))
  expect(canSave.value).toBe(true)
  act('save-result')
  expect(queue.saving).toBe(true)
  // One at a time.
  act('save-result')
  await vi.waitFor(() => expect(useNotices().list).toMatchObject([{ tone: 'info', detail: '/saved.jpg' }]))
  expect(queue.saving).toBe(false)
  expect(bridge.called.filter(({ name }) => name === 'results.save')).toEqual([
    { name: 'results.save', input: { job: '1', strength: 100 } },
  ])
})

describe('an export from a model that forbids paid work', () => {
  const forbidding: Model = { ...model('n'), commercial: false }
  const warning = {
    tone: 'warning',
    message:
      'Your photos are for paid work, which “n” does not allow: ask its authors for permission, or choose another model.',
  }

  async function saveWith(installed: Model, photoUse: PhotoUse) {
    const started = await startWith(installed, 'a')
    usePreferences().photoUse = photoUse
    const done = item('1', 'done', 'a')
    started.bridge.send(
      'queue.changed',
      delta(1, [{ ...done, job: { ...done.job, settings: { ...done.job.settings, model: 'n' } } }]),
    )
    started.act('save-result')
    await vi.waitFor(() =>
      expect(useNotices().list).toContainEqual(expect.objectContaining({ tone: 'info' })),
    )
    return started
  }

  test('is warned of when a result was saved, once each time', async () => {
    const { act, bridge, queue } = await saveWith(forbidding, 'commercial')
    expect(useNotices().list).toMatchObject([{ tone: 'info' }, warning])
    act('save-result')
    await vi.waitFor(() => expect(queue.saving).toBe(false))
    expect(bridge.called.filter(({ name }) => name === 'results.save')).toHaveLength(2)
    expect(useNotices().list).toMatchObject([{ tone: 'info' }, warning])
  })

  test.each([
    [forbidding, 'personal'],
    [forbidding, 'unstated'],
    [{ ...forbidding, commercial: true }, 'commercial'],
    [model('n'), 'commercial'],
  ] as const)('is not warned of where nothing is forbidden (%#)', async (installed, photoUse) => {
    await saveWith(installed, photoUse)
    expect(useNotices().list).toMatchObject([{ tone: 'info' }])
  })

  test('is warned of when a batch is added, and not where all of it is left out', async () => {
    const { act, layout, leftOut } = await startWith(forbidding, 'a', 'b')
    usePreferences().photoUse = 'commercial'
    leftOut.push({ photo: 'a', reason: 'done' }, { photo: 'b', reason: 'done' })
    act('select-all')
    act('queue-selection')
    await vi.waitFor(() => expect(useNotices().list).toHaveLength(1))
    expect(useNotices().list).not.toMatchObject([warning])

    leftOut.splice(0)
    act('queue-selection')
    await vi.waitFor(() => expect(layout.queueOpen).toBe(true))
    expect(useNotices().list.at(-1)).toMatchObject(warning)
  })
})
