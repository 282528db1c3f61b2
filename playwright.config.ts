import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  timeout: 120_000,
  // Restoring a small photo takes a second or two, and longer on a busy machine.
  expect: { timeout: 40_000 },
  // The app's window has one display and one queue: one test at a time.
  workers: 1,
  forbidOnly: Boolean(process.env['CI']),
  reporter: 'list',
})
