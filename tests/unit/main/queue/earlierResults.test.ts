import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test, vi } from 'vitest'
import { openLedger } from '../../../../src/core/batch/ledger'
import { lstatOf } from '../../../../src/core/files/state'
import { OpenedPhotos } from '../../../../src/main/photos/openedPhotos'
import { RestoreQueue } from '../../../../src/main/queue/restoreQueue'
import { saveAs } from '../../../../src/main/queue/saveAs'
import { defaultExport, defaultSettings } from '../../../../src/shared/settings'
import { temporaryFolder } from '../../../support/folder'

// What is told to windows, to the taskbar and to the log is Electron's.
vi.mock('../../../../src/main/window/window', () => ({ emit: () => undefined }))
vi.mock('../../../../src/main/queue/notifications', () => ({
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
  openLedger(folder('results')).record({ fingerprint: 'a', source, state: lstatOf(output)!, result })
  return folder('photos')
}

function queueOf(photos: OpenedPhotos): RestoreQueue {
  return new RestoreQueue({
    engine: { restore: () => new Promise(() => undefined) },
    photos,
    journal: { load: () => [], save: () => undefined, forget: () => undefined, close: async () => undefined },
    sessionFolder: folder('session'),
    libraries: [models],
    ledgerFile: folder('results'),
    measure: async () => undefined,
  })
}

test('an earlier result is shown in its folder, and left out of a batch', async () => {
  const photos = new OpenedPhotos()
  const opened = await photos.open([restoredFolder()], true)
  expect(opened.photos.map(({ name }) => name)).toEqual(['a-restored.jpg', 'a.jpg'])

  const queue = queueOf(photos)
  const ids = opened.photos.map(({ id }) => id)
  const { added, leftOut } = await queue.addBatch(ids, defaultSettings, defaultExport, beside)
  expect(queue.view().items.map(({ job }) => job.source)).toEqual([folder('photos', 'a.jpg')])
  expect([added, leftOut]).toEqual([1, [{ photo: ids[0], reason: 'result' }]])
})

test('an earlier result that was opened by its own name is restored like any photo', async () => {
  restoredFolder()
  const photos = new OpenedPhotos()
  const opened = await photos.open([folder('photos', 'a-restored.jpg')], true)
  const queue = queueOf(photos)
  const ids = opened.photos.map(({ id }) => id)
  expect(await queue.addBatch(ids, defaultSettings, defaultExport, beside)).toEqual({ added: 1, leftOut: [] })
})

describe('what “Save as” wrote', () => {
  /** A photo in a folder, and its result where the viewer keeps it, saved under a name in that folder. */
  async function saved(name: string): Promise<string> {
    mkdirSync(folder('photos'), { recursive: true })
    const [source, output] = [folder('photos', 'a.jpg'), folder('kept.jpg')]
    for (const path of [source, output]) writeFileSync(path, path)
    const result = { output, width: 1, height: 1, seconds: 1, gates: {}, provider: 'cpu', notes: [] }
    const finished = {
      source,
      result,
      purpose: 'photo' as const,
      settings: defaultSettings,
      export: defaultExport,
    }
    const ledger = openLedger(folder('results'))
    return saveAs(output, folder('photos', name), finished, { photos: new OpenedPhotos(), ledger })
  }

  /** The photos of the folder that a batch restores. */
  async function batchOver(): Promise<string[]> {
    const photos = new OpenedPhotos()
    const opened = await photos.open([folder('photos')], true)
    const queue = queueOf(photos)
    await queue.addBatch(
      opened.photos.map(({ id }) => id),
      defaultSettings,
      defaultExport,
      beside,
    )
    return queue.view().items.map(({ job }) => basename(job.source))
  }

  test('is left out of a batch too', async () => {
    expect(await saved('by hand.jpg')).toBe(folder('photos', 'by hand.jpg'))
    expect(await batchOver()).toEqual(['a.jpg'])
  })

  test('is left out where it took the place of another file, which was confirmed', async () => {
    mkdirSync(folder('photos'))
    writeFileSync(folder('photos', 'by hand.jpg'), 'another')
    expect(await saved('by hand.jpg')).toBe(folder('photos', 'by hand.jpg'))
    expect(readFileSync(folder('photos', 'by hand.jpg'), 'utf8')).toBe(folder('kept.jpg'))
    expect(readdirSync(folder('photos'))).toEqual(['a.jpg', 'by hand.jpg'])
    expect(await batchOver()).toEqual(['a.jpg'])
  })

  test('is left out where it got a number, because the name that the extension made of it was taken', async () => {
    mkdirSync(folder('photos'))
    writeFileSync(folder('photos', 'b.jpg'), 'another')
    expect(await saved('b')).toBe(folder('photos', 'b-2.jpg'))
    expect(await batchOver()).toEqual(['a.jpg', 'b.jpg'])
  })

  test('is a photo again once it was edited', async () => {
    writeFileSync(await saved('by hand.jpg'), 'painted over')
    expect(await batchOver()).toEqual(['a.jpg', 'by hand.jpg'])
  })
})
