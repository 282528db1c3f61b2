import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import writeFileAtomic from 'write-file-atomic'
import { z } from 'zod'
import { cannotRead, diskError } from '../../core/files/fileErrors'
import { PetrichorError } from '../../shared/errors'
import { type Preferences, SharedPreferences } from '../../shared/preferences'

/** Settings as a file that can be given to others. */
const SettingsFile = z.object({
  petrichor: z.literal('settings'),
  version: z.literal(1),
  settings: SharedPreferences,
})

/** Throws `disk-full` or `destination-unwritable`. */
export async function writeSettings(path: string, preferences: Preferences): Promise<void> {
  // The schema drops what is not shared.
  const content = SettingsFile.parse({ petrichor: 'settings', version: 1, settings: preferences })
  await writeFileAtomic(path, `${JSON.stringify(content, null, 2)}\n`).catch((error: unknown) => {
    throw diskError(error, path)
  })
}

/** Throws `not-found`, `unreadable` or `settings-invalid`. */
export async function readSettings(path: string): Promise<SharedPreferences> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw cannotRead(path, error)
  })
  try {
    return SettingsFile.parse(JSON.parse(text)).settings
  } catch (cause) {
    throw new PetrichorError(
      'settings-invalid',
      `“${basename(path)}” holds no settings that Petrichor knows.`,
      'Choose a file that Petrichor’s settings page has written.',
      cause,
    )
  }
}
