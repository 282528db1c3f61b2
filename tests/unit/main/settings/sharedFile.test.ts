import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { readSettings, writeSettings } from '../../../../src/main/settings/sharedFile'
import { defaultPreferences } from '../../../../src/shared/preferences'
import { temporaryFolder } from '../../../support/folder'

const folder = temporaryFolder()

test('settings that are given to others say nothing of what the photos are for', async () => {
  const path = folder('settings.json')
  await writeSettings(path, { ...defaultPreferences, theme: 'dark', photoUse: 'commercial' })
  expect(readFileSync(path, 'utf8')).not.toContain('commercial')
  const settings = await readSettings(path)
  expect(settings).toMatchObject({ theme: 'dark' })
  expect(settings).not.toHaveProperty('photoUse')
})
