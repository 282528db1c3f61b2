import { readFileSync } from 'node:fs'
import log from 'electron-log/main'
import { sync as writeFileAtomic } from 'write-file-atomic'
import { defaultSettings, Preferences } from '../shared/contract'

const defaults: Preferences = { restore: defaultSettings, destination: null, thumbnailSize: 176 }

/** What is kept between sessions, in one JSON file. What is missing or no longer valid in it falls back to the default. */
export class PreferencesFile {
  private current: Preferences

  constructor(private readonly path: string) {
    this.current = read(path)
  }

  get(): Preferences {
    return this.current
  }

  set(change: Partial<Preferences>): Preferences {
    this.current = { ...this.current, ...change }
    writeFileAtomic(this.path, `${JSON.stringify(this.current, null, 2)}\n`)
    return this.current
  }
}

function read(path: string): Preferences {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return defaults
  }
  try {
    return Preferences.parse({ ...defaults, ...(JSON.parse(text) as object) })
  } catch (error) {
    log.warn('Preferences start anew:', error)
    return defaults
  }
}
