import { mkdirSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test, vi } from 'vitest'
import { defaultExport, defaultSettings } from '../../../../src/core/batch/job'
import { openResults } from '../../../../src/core/batch/results'
import { stateOf } from '../../../../src/core/photo/stateOf'
import { OpenedPhotos } from '../../../../src/main/photos/openedPhotos'
import { RestoreQueue } from '../../../../src/main/queue/restoreQueue'
import { temporaryFolder } from '../../core/support/folder'

// What is told to windows, to the taskbar and to the log is Electron's.
vi.mock('../../../../src/main/windows', () => ({ emit: () => undefined }))
vi.mock('../../../../src/main/queue/outside', () => ({
  showInTaskbar: () => undefined,
  announceEnd: () => undefined,
}))
vi.mock('electron-log/main', () => ({ default: { warn: () => undefined } }))

const folder = temporaryFolder()
const models = fileURLToPath(new URL('../../../../resources/models', import.meta.url))
const beside = {
  destination: { kind: 'beside' as const },
  name: '{name}-again',
  collision: 'number' as const,
}

/** A folder with a photo and its result, as a batch left them. */
function restoredFolder(): string {
  mkdirSync(folder('photos'))
  const [source, output] = [folder('photos', 'a.jpg'), folder('photos', 'a-restored.jpg')]
  for (const path of [source, output]) writeFileSync(path, path)
  const result = { output, width: 1, height: 1, seconds: 1, gates: {}, provider: 'cpu', notes: [] }
  openResults(folder('results')).record({ fingerprint: 'a', source, state: stateOf(output)!, result })
  return folder('photos')
}

function queueOf(photos: OpenedPhotos): RestoreQueue {
  return new RestoreQueue({
    engine: { call: () => new Promise(() => undefined) } as never,
    photos,
    journal: { load: () => [], save: () => undefined, forget: () => undefined, close: async () => undefined },
    session: folder('session'),
    libraries: [models],
    results: folder('results'),
    allowance: () => ({ tile: null, memory: null, pixels: null }),
    measure: async () => undefined,
  })
}

test('a former result is shown in its folder, and left out of a batch', async () => {
  const photos = new OpenedPhotos()
  const opened = await photos.open([restoredFolder()], true)
  expect(opened.photos.map(({ name }) => name)).toEqual(['a-restored.jpg', 'a.jpg'])

  const queue = queueOf(photos)
  const ids = opened.photos.map(({ id }) => id)
  const { added, leftOut } = await queue.addBatch(ids, defaultSettings, defaultExport, beside)
  expect(queue.view().items.map(({ job }) => job.source)).toEqual([folder('photos', 'a.jpg')])
  expect([added, leftOut]).toEqual([1, [{ photo: ids[0], reason: 'result' }]])
})

test('a former result that was opened by its own name is restored like any photo', async () => {
  restoredFolder()
  const photos = new OpenedPhotos()
  const opened = await photos.open([folder('photos', 'a-restored.jpg')], true)
  const queue = queueOf(photos)
  const ids = opened.photos.map(({ id }) => id)
  expect(await queue.addBatch(ids, defaultSettings, defaultExport, beside)).toEqual({ added: 1, leftOut: [] })
})
