import type { JobState } from '../../../src/shared/job'
import type { Model } from '../../../src/shared/models'
import type { Opened, Photo } from '../../../src/shared/photo'
import { defaultPreferences, type Preferences } from '../../../src/shared/preferences'
import type { QueueDelta, QueueItem } from '../../../src/shared/queue'
import { defaultExport } from '../../../src/shared/settings'

export const sourceExport = defaultExport

export const preferences: Preferences = {
  ...defaultPreferences,
  restore: { model: 'compact', tasks: {}, strength: 100 },
  thumbnailSize: 200,
}

export const photo = (id: string): Photo => ({ id, name: `${id}.jpg`, folder: '', bytes: 1, modified: 0 })

export const opened = (...ids: string[]): Opened => ({
  folder: '/photos',
  root: '/photos',
  photos: ids.map(photo),
  passedOver: [],
})

/** A model that can do these tasks. */
export const model = (id: string, ...tasks: string[]): Model => ({
  id,
  name: id,
  version: '1',
  architecture: 'test',
  experts: [],
  tasks: tasks.map((task) => ({ id: task, label: task })),
  bytes: 1,
  training: '',
  licence: 'MIT',
  removable: false,
  quality: [],
})

export function item(id: string, state: JobState, photoId?: string): QueueItem {
  return {
    job: {
      id,
      source: `/photos/${photoId ?? id}.jpg`,
      output: `/out/${id}.jpg`,
      purpose: 'batch',
      settings: { model: 'petrichor-compact', tasks: {}, strength: 100 },
      export: sourceExport,
      state,
      order: 0,
    },
    ...(photoId === undefined ? {} : { photo: photoId }),
    ...(state === 'done' ? { view: `view-${id}` } : {}),
  }
}

/** A change of the queue from revision 0 on: what these became, and which are gone. */
export function delta(revision: number, changed: QueueItem[], removed: string[] = []): QueueDelta {
  return { revision, changed, removed, paused: false }
}
