import { existsSync, mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect, test, vi } from 'vitest'
import { RestoreQueue } from '../../../../src/main/queue/restoreQueue'
import type { JobResult } from '../../../../src/shared/job'
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

/** A queue for one open photo, with an engine that writes a few bytes. */
function queueFor(photo: string): RestoreQueue {
  const write = (output: string): JobResult => {
    mkdirSync(dirname(output), { recursive: true })
    writeFileSync(output, 'restored')
    return { output, width: 1, height: 1, seconds: 1, gates: {}, provider: 'cpu', notes: [] }
  }
  return new RestoreQueue({
    engine: { restore: async ({ output }) => write(output) },
    photos: { get: () => ({ path: photo }), idOf: () => 'photo', admitResult: () => 'view' } as never,
    journal: { load: () => [], save: () => undefined, forget: () => undefined, close: async () => undefined },
    sessionFolder: folder('session'),
    libraries: [],
    ledgerFile: folder('results'),
    measure: async () => undefined,
  })
}

test('what the viewer restores is kept without loss, and goes when it is taken off the list', async () => {
  const queue = queueFor(join('photos', 'a.jpg'))
  const id = queue.restorePhoto('photo', defaultSettings, { ...defaultExport, format: 'jpeg' })
  await vi.waitFor(() => expect(queue.view().items[0]?.job.state).toBe('done'))
  const { result, purpose, export: wished } = queue.finished(id)
  const { output } = result
  expect(output).toMatch(/a\.png$/)
  expect(existsSync(output)).toBe(true)
  // As what it is saved.
  expect({ purpose, format: wished.format }).toEqual({ purpose: 'photo', format: 'jpeg' })

  queue.remove([id])

  expect(queue.view().items).toEqual([])
  await vi.waitFor(() => expect(existsSync(dirname(output))).toBe(false))
  expect(existsSync(folder('session'))).toBe(true)
})
