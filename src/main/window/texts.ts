import type { Texts } from '../../shared/texts'
import { installMenu } from './menu'

/** Used until the window has sent the texts of its language. */
let current: Texts = {
  menu: {
    file: 'File',
    photo: 'Photo',
    view: 'View',
    help: 'Help',
    'open-files': 'Open photos…',
    'open-folder': 'Open folder…',
    restore: 'Restore',
    'queue-selection': 'Restore selection to folder',
    'save-result': 'Save restored photo…',
    'toggle-queue': 'Queue',
    'open-settings': 'Settings',
    'open-models': 'Models',
    'open-machine': 'Machine',
    'show-shortcuts': 'Keyboard shortcuts',
  },
  files: { photos: 'Photos', weights: 'Weights of models', settings: 'Settings of Petrichor' },
  dialogs: {
    files: 'Open photos',
    folder: 'Open folder',
    destination: 'Choose folder',
    saveResult: 'Save restored photo',
    weights: 'Import weights',
    modelFolder: 'Import a folder',
    saveSettings: 'Save settings to a file',
    loadSettings: 'Load settings from a file',
  },
  ended: {
    well: 'All photos are restored',
    badly: 'The queue has come to its end',
    done: 'Restored: {done}',
    doneAndFailed: 'Restored: {done}. Not restored: {failed}',
  },
}

/** The texts that main shows, in the window's language. */
export function texts(): Texts {
  return current
}

/** Takes over the texts of another language, in the menu too. */
export function useTexts(next: Texts): void {
  current = next
  installMenu(next.menu)
}
