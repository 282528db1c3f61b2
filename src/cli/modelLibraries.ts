import { homedir } from 'node:os'
import { join } from 'node:path'

/** The libraries of the terminal: models shipped beside the code, then those that the user imported. */
export function modelLibraries(): string[] {
  return [join(import.meta.dirname, '..', '..', 'resources', 'models'), importedModels()]
}

/** Where imported models lie: in the app's own folder, so that the window and the terminal share them. */
export function importedModels(): string {
  return join(settingsFolder(), 'petrichor', 'models')
}

/** The ledger, shared with the window, so that what either finished is recognised by both. */
export function ledgerFile(): string {
  return join(settingsFolder(), 'petrichor', 'results.jsonl')
}

/** The cache of verdicts on execution providers, shared with the window. */
export function verdictFile(): string {
  return join(settingsFolder(), 'petrichor', 'providers.json')
}

/** Where Electron keeps the folders of apps (`appData`). */
function settingsFolder(): string {
  switch (process.platform) {
    case 'win32':
      return process.env['APPDATA'] || join(homedir(), 'AppData', 'Roaming')
    case 'darwin':
      return join(homedir(), 'Library', 'Application Support')
    default:
      return process.env['XDG_CONFIG_HOME'] || join(homedir(), '.config')
  }
}
