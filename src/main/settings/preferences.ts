import { existsSync, readFileSync } from 'node:fs'
import log from 'electron-log/main'
import { sync as writeFileAtomic } from 'write-file-atomic'
import { defaultPreferences, Preferences } from '../../shared/preferences'

/** The preferences in one JSON file. Each that is missing in it or no longer valid has its default. */
export class PreferencesFile {
  private current: Preferences

  /** onChange: called at once, and again after each change. */
  constructor(
    private readonly path: string,
    private readonly onChange: (preferences: Preferences) => void = () => {},
  ) {
    this.current = read(path)
    onChange(this.current)
  }

  get(): Preferences {
    return this.current
  }

  set(change: Partial<Preferences>): Preferences {
    this.current = { ...this.current, ...change }
    writeFileAtomic(this.path, `${JSON.stringify(this.current, null, 2)}\n`)
    this.onChange(this.current)
    return this.current
  }
}

function read(path: string): Preferences {
  const kept = contentOf(path)
  return Object.keys(defaultPreferences).reduce<Preferences>((preferences, key) => {
    const { data } = Preferences.safeParse({ ...preferences, [key]: kept[key] })
    return data ?? preferences
  }, defaultPreferences)
}

function contentOf(path: string): Record<string, unknown> {
  if (!existsSync(path)) return {}
  try {
    const kept: unknown = JSON.parse(readFileSync(path, 'utf8'))
    return typeof kept === 'object' && kept !== null ? { ...kept } : {}
  } catch (error) {
    log.warn('Preferences start anew:', error)
    return {}
  }
}
