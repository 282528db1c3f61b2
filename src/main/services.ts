import { join } from 'node:path'
import { nativeTheme } from 'electron'
import { JsonRecord } from '../core/files/jsonRecord'
import { Speed } from '../shared/models'
import { Engine } from './engine/engine'
import { Models } from './models/models'
import { modelLibraries, workerFile } from './paths'
import { OpenedPhotos } from './photos/openedPhotos'
import { Opening } from './photos/opening'
import { openQueueJournal } from './queue/openQueueJournal'
import { RestoreQueue } from './queue/restoreQueue'
import { PreferencesFile } from './settings/preferences'
import { Thumbnails } from './thumbnails/thumbnails'
import { Viewing } from './viewing/viewing'
import { emit } from './window/window'

/** What main is made of, and what answers the window's calls. */
export interface Services {
  /** Folder for files that live only as long as the app. */
  sessionFolder: string
  /** File in which results are recorded, by the terminal too. */
  ledgerFile: string
  preferences: PreferencesFile
  photos: OpenedPhotos
  opening: Opening
  thumbnails: Thumbnails
  viewing: Viewing
  engine: Engine
  models: Models
  queue: RestoreQueue
}

/** data: folder for what is kept between sessions. */
export function makeServices(data: string, sessionFolder: string): Services {
  const ledgerFile = join(data, 'results.jsonl')
  const trialFiles = { probe: workerFile('probe'), verdicts: join(data, 'providers.json') }

  const preferences = new PreferencesFile(join(data, 'preferences.json'), ({ theme }) => {
    nativeTheme.themeSource = theme
  })
  const photos = new OpenedPhotos()
  const thumbnails = new Thumbnails(join(data, 'thumbnails'), (path) => {
    const photo = photos.idOf(path)
    if (photo !== undefined) emit('photos.thumbnailMade', photo)
  })
  const viewing = new Viewing(sessionFolder)
  const engine = new Engine({
    libraries: modelLibraries(),
    ledgerFile,
    trialFiles,
    sessionFolder,
    allowance: () => preferences.get().allowance,
    onStatus: (status) => emit('engine.changed', status),
  })
  const models = new Models({ engine, trialFiles, speeds: new JsonRecord(join(data, 'speeds.json'), Speed) })
  const queue = new RestoreQueue({
    engine,
    libraries: modelLibraries(),
    ledgerFile,
    photos,
    journal: openQueueJournal(join(data, 'queue.mdb')),
    sessionFolder,
    measure: (sources, found) => thumbnails.measure(sources, found),
  })
  const opening = new Opening({
    photos,
    preferences,
    onOpened: () => queue.linkPhotos(),
    onChange: (change) => emit('photos.changed', change),
    onFolders: (folders) => emit('folders.changed', folders),
  })
  return {
    sessionFolder,
    ledgerFile,
    preferences,
    photos,
    opening,
    thumbnails,
    viewing,
    engine,
    models,
    queue,
  }
}

export function stopServices({ engine, thumbnails, opening, viewing, models }: Services): void {
  engine.stop()
  thumbnails.stop()
  void opening.stop()
  viewing.stop()
  models.stop()
}
