import { homedir } from 'node:os'
import { join } from 'node:path'

/** Where the terminal looks for models: those shipped beside the code, then those that the user imported. */
export function modelLibraries(): string[] {
  return [join(import.meta.dirname, '..', '..', 'resources', 'models'), importedModels()]
}

/** Where imported models lie: in the app's own folder, so that the window and the terminal share them. */
export function importedModels(): string {
  return join(settingsFolder(), 'petrichor', 'models')
}

/** Where results are written down, by the window too, so that what either finished is recognised by both. */
export function ledgerFile(): string {
  return join(settingsFolder(), 'petrichor', 'results.jsonl')
}

/** Where verdicts on execution providers are kept, which the window shares too. */
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
