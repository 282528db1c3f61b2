import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: 'tests/e2e',
  outputDir: 'test-results',
  timeout: 60_000,
  // The app's window has one display and one queue: one test at a time.
  workers: 1,
  forbidOnly: Boolean(process.env['CI']),
  reporter: 'list',
})
