import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'

const root = resolve(import.meta.dirname, '../..')

export interface LaunchedApp {
  app: ElectronApplication
  page: Page
  /** Everything the app wrote to its standard error. */
  errors: () => string
  close: () => Promise<void>
}

/** Starts the built app with a profile of its own, so that tests never see the user's settings. */
export async function launchApp(): Promise<LaunchedApp> {
  const profile = await mkdtemp(join(tmpdir(), 'petrichor-profile-'))
  const app = await _electron.launch({ args: [root, `--user-data-dir=${profile}`], cwd: root })

  let errors = ''
  app.process().stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))

  const page = await app.firstWindow()
  await page.waitForLoadState('domcontentloaded')
  return {
    app,
    page,
    errors: () => errors,
    close: async () => {
      await app.close()
      await rm(profile, { recursive: true, force: true })
    },
  }
}
