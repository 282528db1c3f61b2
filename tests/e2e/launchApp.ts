import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { _electron, type ElectronApplication, type Page } from '@playwright/test'

const root = resolve(import.meta.dirname, '../..')

export interface LaunchedApp {
  app: ElectronApplication
  page: Page
  profile: string
  /** Everything the app wrote to its standard error. */
  errors: () => string
  /** Quit, as the user does. */
  close: () => Promise<void>
}

interface LaunchOptions {
  /** Folder of the user's settings and queue; the next start with the same one is the same user's. */
  profile: string
  env?: Record<string, string>
  /** What stands on the command line besides. */
  args?: string[]
}

/** Start the built app with a profile of its own, so that tests never see the user's settings. */
export async function launchApp({ profile, env = {}, args = [] }: LaunchOptions): Promise<LaunchedApp> {
  const app = await _electron.launch({
    // Tests shall not depend on a machine's graphics card, nor on a driver that fails.
    args: [root, '--disable-gpu', `--user-data-dir=${profile}`, ...args],
    cwd: root,
    // The theme is the app's own business.
    colorScheme: null,
    env: { ...definedIn(process.env), ...env },
  })

  let errors = ''
  app.process().stderr?.on('data', (chunk: Buffer) => (errors += chunk.toString()))

  const page = await app.firstWindow()
  // From now on it listens to keys.
  await page.getByRole('banner').waitFor()
  return { app, page, profile, errors: () => errors, close: () => app.close() }
}

/** A new folder for temporary files, and what removes it. */
export async function temporaryFolder(): Promise<{ folder: string; remove: () => Promise<void> }> {
  const folder = await mkdtemp(join(tmpdir(), 'petrichor-test-'))
  return { folder, remove: () => rm(folder, { recursive: true, force: true, maxRetries: 5 }) }
}

function definedIn(env: NodeJS.ProcessEnv): Record<string, string> {
  return Object.fromEntries(Object.entries(env).flatMap(([name, value]) => (value ? [[name, value]] : [])))
}
