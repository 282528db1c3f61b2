import { join } from 'node:path'
import { test as base } from '@playwright/test'
import { launchApp, type LaunchedApp, temporaryFolder } from './launchApp'

export { expect } from '@playwright/test'

interface Given {
  /** A folder of this test alone, gone after it. */
  folder: string
  /** Start the app; within one test always as the same user. What is still open is closed after the test. */
  start: (options?: { env?: Record<string, string>; args?: string[] }) => Promise<LaunchedApp>
  /** The app, started. */
  petrichor: LaunchedApp
}

export const test = base.extend<Given>({
  // Playwright wants the braces, empty or not.
  folder: async ({}, use) => {
    const { folder, remove } = await temporaryFolder()
    await use(folder)
    await remove()
  },
  start: async ({ folder }, use) => {
    const started: LaunchedApp[] = []
    await use(async (options) => {
      const app = await launchApp({ profile: join(folder, 'profile'), ...options })
      started.push(app)
      return app
    })
    for (const { close } of started) await close()
  },
  petrichor: async ({ start }, use) => use(await start()),
})
