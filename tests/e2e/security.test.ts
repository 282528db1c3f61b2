import { expect, test } from '@playwright/test'
import { launchApp, type LaunchedApp } from './launchApp'

let launched: LaunchedApp

test.beforeAll(async () => {
  launched = await launchApp()
})
test.afterAll(async () => {
  await launched.close()
})

test('the window opens and is visible', async () => {
  const { app, page } = launched
  await expect
    .poll(() => app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible()))
    .toBe(true)
  await expect(page).toHaveTitle(/Petrichor/)
  expect(page.url()).toBe('app://petrichor/index.html')
})

test('the page has no Node', async () => {
  const found = await launched.page.evaluate(() =>
    ['require', 'process', 'module', 'Buffer', '__dirname'].filter((name) => name in globalThis),
  )
  expect(found).toEqual([])
})

test('the page is refused eval', async () => {
  // Playwright's own evaluation is exempt from the page's policy; a timer of the page is not.
  const verdict = await launched.page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        setTimeout(() => {
          try {
            new Function('return 1')()
            resolve('allowed')
          } catch (error) {
            resolve((error as Error).name)
          }
        })
      }),
  )
  expect(verdict).toBe('EvalError')
})

test('the page is refused the network', async () => {
  const blocked = await launched.page.evaluate(
    () =>
      new Promise<string>((resolve) => {
        document.addEventListener('securitypolicyviolation', (event) => resolve(event.effectiveDirective), {
          once: true,
        })
        fetch('https://example.org/').catch(() => setTimeout(() => resolve('no violation reported'), 1000))
      }),
  )
  expect(blocked).toBe('connect-src')
})

test('the page cannot leave, open windows or ask for permissions', async () => {
  const { app, page } = launched
  const home = page.url()

  const opened = await page.evaluate(() => window.open('https://example.org/') !== null)
  expect(opened).toBe(false)

  await page.evaluate(() => {
    location.href = 'file:///etc/passwd'
  })
  await page.waitForTimeout(300)
  expect(page.url()).toBe(home)
  expect(await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)

  const notifications = await page.evaluate(() => Notification.requestPermission())
  expect(notifications).toBe('denied')
})

test('the protocol serves nothing outside the renderer', async () => {
  const statuses = await launched.page.evaluate(() =>
    Promise.all(
      ['/../main/index.js', '/..%2f..%2fpackage.json', '/%2e%2e/preload/index.cjs', '/missing.js'].map(
        async (path) => (await fetch(path)).status,
      ),
    ),
  )
  expect(statuses).toEqual([404, 404, 404, 404])
})
