import { PetrichorError } from '../../shared/errors'
import type { Opened, PhotosChange } from '../../shared/photo'
import type { Folders } from '../../shared/preferences'
import type { PreferencesFile } from '../settings/preferences'
import { FolderWatch } from './folderWatch'
import { type OpenedPhotos, soleFolder } from './openedPhotos'

/** How many recent folders are remembered. */
const mostRecent = 10

interface OpeningOptions {
  photos: OpenedPhotos
  preferences: PreferencesFile
  /** Called after photos were opened. */
  onOpened: () => void
  /** Called with the changes in the opened folder. */
  onChange: (change: PhotosChange) => void
  /** Called with the recent and favourite folders when they change. */
  onFolders: (folders: Folders) => void
}

/** Opens what the user chose; watches it if it is a folder, and remembers the folder. */
export class Opening {
  private paths: string[] = []
  private watch: FolderWatch | undefined

  constructor(private readonly options: OpeningOptions) {}

  get folders(): Folders {
    return this.options.preferences.get().folders
  }

  /** Replaces what is open; where opening fails, that stays open. Throws what `OpenedPhotos.open` throws. */
  async open(paths: string[]): Promise<Opened> {
    const { photos, preferences, onOpened } = this.options
    const { subfolders } = preferences.get().browsing
    const root = await soleFolder(paths)
    const watch = root === null ? undefined : new FolderWatch(root)
    await watch?.start()
    try {
      const opened = await photos.open(paths, subfolders)
      await this.watch?.stop()
      this.watch = watch
      this.paths = paths
      if (root !== null) {
        this.remember(root)
        watch?.listen((touched) => this.refresh(root, touched, subfolders))
      }
      onOpened()
      return opened
    } catch (error) {
      await watch?.stop()
      throw error
    }
  }

  /** Opens again what is open, as after a change of preferences; null where nothing is. */
  async reopen(): Promise<Opened | null> {
    return this.paths.length > 0 ? this.open(this.paths) : null
  }

  /** Opens a recent or favourite folder. Throws `invalid-call` for any other. */
  async openKnown(folder: string): Promise<Opened> {
    const { recent, favourites } = this.folders
    if (recent.includes(folder) || favourites.includes(folder)) return this.open([folder])
    throw neverOpened()
  }

  /** Throws `invalid-call` for a folder that was never opened. */
  setFavourite(folder: string, favourite: boolean): void {
    const { recent, favourites } = this.folders
    if (favourite && !recent.includes(folder)) throw neverOpened()
    const others = favourites.filter((other) => other !== folder)
    this.keep({ recent, favourites: favourite ? [...others, folder] : others })
  }

  async stop(): Promise<void> {
    await this.watch?.stop()
  }

  private async refresh(root: string, touched: string[], subfolders: boolean): Promise<void> {
    const change = await this.options.photos.refresh(root, touched, subfolders)
    if (change.changed.length + change.removed.length > 0) this.options.onChange(change)
  }

  private remember(folder: string): void {
    const { recent, favourites } = this.folders
    const others = recent.filter((other) => other !== folder)
    this.keep({ recent: [folder, ...others].slice(0, mostRecent), favourites })
  }

  private keep(folders: Folders): void {
    this.options.preferences.set({ folders })
    this.options.onFolders(folders)
  }
}

function neverOpened(): PetrichorError {
  return new PetrichorError('invalid-call', 'This folder was never opened.', 'Choose it in the dialog.')
}
