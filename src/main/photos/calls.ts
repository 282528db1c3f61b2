import { photoExtensions } from '../../shared/formats'
import type { Opened } from '../../shared/photo'
import type { CallHandlers } from '../ipc'
import { sampleFiles } from '../paths'
import type { Services } from '../services'
import { choosePaths } from '../window/dialogs'
import { texts } from '../window/texts'

/** The calls about photos and folders: opening them, and what is known of a photo. */
export function photoCalls({ photos, opening, viewing }: Services) {
  const openChosen = async (paths: string[]): Promise<Opened | null> =>
    paths.length > 0 ? opening.open(paths) : null

  return {
    'photos.chooseFiles': async () => {
      const { dialogs, files } = texts()
      const filters = [{ name: files.photos, extensions: photoExtensions }]
      const properties = ['openFile' as const, 'multiSelections' as const]
      return openChosen(await choosePaths({ title: dialogs.files, properties, filters }))
    },
    'photos.chooseFolder': async () =>
      openChosen(await choosePaths({ title: texts().dialogs.folder, properties: ['openDirectory'] })),
    // What was dragged out of another program's page has no path.
    'photos.openDropped': (paths) => opening.open(paths.filter((path) => path !== '')),
    'photos.reopen': () => opening.reopen(),
    'photos.samples': () => photos.open(sampleFiles(), false),

    'folders.get': () => opening.folders,
    'folders.open': (folder) => opening.openKnown(folder),
    'folders.setFavourite': ({ folder, favourite }) => opening.setFavourite(folder, favourite),

    'photos.measure': (id) => viewing.measure(photos.pathToShow(id)),
    'photos.facts': (id) => viewing.facts(photos.pathToShow(id)),
    'photos.histogram': (id) => viewing.histogram(photos.pathToShow(id)),
  } satisfies Partial<CallHandlers>
}
