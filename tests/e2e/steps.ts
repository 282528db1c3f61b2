import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Locator } from '@playwright/test'
import type { LaunchedApp } from './launchApp'

// What a user does and sees, and what may happen to them.

export type Petrichor = LaunchedApp

/** The next dialogs that ask for files or folders answer with these. */
export async function choose({ app }: LaunchedApp, paths: string[]): Promise<void> {
  await app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: filePaths.length === 0, filePaths })
  }, paths)
}

/** The next dialogs that ask where to save answer with this. */
export async function chooseTarget({ app }: LaunchedApp, filePath: string): Promise<void> {
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath })
  }, filePath)
}

export async function openFolder(petrichor: LaunchedApp, folder: string): Promise<void> {
  await choose(petrichor, [folder])
  await petrichor.page.getByRole('button', { name: 'Open folder…' }).click()
}

/** Drop files and folders on the middle of the window, as a file manager does. */
export async function drop({ page }: LaunchedApp, files: string[]): Promise<void> {
  const devTools = await page.context().newCDPSession(page)
  const where = { x: 400, y: 300, data: { items: [], files, dragOperationsMask: 1 } }
  for (const type of ['dragEnter', 'dragOver', 'drop'] as const) {
    await devTools.send('Input.dispatchDragEvent', { type, ...where })
  }
  await devTools.detach()
}

export async function openPhoto(petrichor: LaunchedApp, name: string): Promise<void> {
  await photo(petrichor, name).dblclick()
}

export async function restore({ page }: LaunchedApp): Promise<void> {
  await page.getByRole('button', { name: 'Restore', exact: true }).click()
}

/** Select photos in the grid and restore them into a folder. */
export async function restoreInto(
  petrichor: LaunchedApp,
  destination: string,
  names: string[],
): Promise<void> {
  await choose(petrichor, [destination])
  for (const [index, name] of names.entries()) {
    await photo(petrichor, name).click({ modifiers: index === 0 ? [] : ['ControlOrMeta'] })
  }
  await petrichor.page.getByRole('button', { name: `Restore ${names.length} selected` }).click()
}

/** Open one of the pages beside the photos. */
export async function openPage(
  { page }: LaunchedApp,
  name: 'Settings' | 'Models' | 'Machine',
): Promise<void> {
  await page.getByRole('banner').getByRole('button', { name }).click()
}

export async function openQueue({ page }: LaunchedApp): Promise<void> {
  await page.getByRole('button', { name: /^Queue/ }).click()
}

export function photo({ page }: LaunchedApp, name: string): Locator {
  return page.getByRole('listbox', { name: 'Photos' }).getByRole('option', { name, exact: true })
}

/** Names of the photos in sight, in their order. */
export async function photosShown(
  { page }: LaunchedApp,
  which: { selected?: boolean } = {},
): Promise<string[]> {
  const photos = page.getByRole('listbox', { name: 'Photos' }).getByRole('option', which)
  return photos.evaluateAll((all) => all.map(({ ariaLabel }) => ariaLabel ?? ''))
}

/** A photo's row in the queue. */
export function queued({ page }: LaunchedApp, name: string): Locator {
  return page.getByRole('list', { name: 'Queued photos' }).getByRole('listitem', { name, exact: true })
}

/** Change the settings of a queued photo in their dialog, which is open meanwhile. */
export async function adjust(
  petrichor: LaunchedApp,
  name: string,
  change: (dialog: Locator) => Promise<unknown>,
): Promise<void> {
  await queued(petrichor, name)
    .getByRole('button', { name: `Settings of ${name}…` })
    .click()
  const dialog = petrichor.page.getByRole('dialog', { name: `Settings of ${name}` })
  await change(dialog)
  await dialog.getByRole('button', { name: 'Apply' }).click()
  await dialog.waitFor({ state: 'hidden' })
}

/** The open photo's progress while it is restored. */
export function progress({ page }: LaunchedApp): Locator {
  return page.getByRole('progressbar', { name: 'Restoring' })
}

export function divider({ page }: LaunchedApp): Locator {
  return page.getByRole('slider', { name: 'Divider between original and restored' })
}

export function messages({ page }: LaunchedApp): Locator {
  return page.getByRole('region', { name: 'Messages' })
}

/**
 * Settle once an element's text has been like this, however briefly: a fast machine is past it before Playwright looks
 * again. Begun before what brings it about, it misses nothing.
 */
export async function glimpsed(element: Locator, text: RegExp, timeout = 40_000): Promise<void> {
  await element.evaluate(
    (element, { source, timeout }) =>
      new Promise<void>((resolve, reject) => {
        const observer = new MutationObserver(look)
        const timer = setTimeout(
          () => end(() => reject(new Error(`Never read ${source}, in the end: ${element.textContent}`))),
          timeout,
        )
        function look() {
          if (new RegExp(source).test(element.textContent ?? '')) end(resolve)
        }
        function end(settle: () => void) {
          observer.disconnect()
          clearTimeout(timer)
          settle()
        }
        observer.observe(element, { subtree: true, childList: true, characterData: true })
        look()
      }),
    { source: text.source, timeout },
  )
}

/** The settings as they are on the disk; what was just set in the window may still be on its way there. */
export async function kept({ profile }: LaunchedApp): Promise<unknown> {
  const text = await readFile(join(profile, 'preferences.json'), 'utf8').catch(() => '{}')
  return JSON.parse(text)
}

/** End the whole app at once, as a power cut would. */
export async function killApp({ app }: LaunchedApp): Promise<void> {
  const gone = new Promise((resolve) => app.process().once('exit', resolve))
  app.process().kill('SIGKILL')
  await gone
}

/** Kill the process that restores, as a crash would. */
export async function killEngine({ app }: LaunchedApp): Promise<void> {
  process.kill(await enginePid(app), 'SIGKILL')
}

async function enginePid(app: LaunchedApp['app']): Promise<number> {
  if (process.platform === 'linux') return childOf(app.process().pid!, 'workers/engine.js')
  const pid = await app.evaluate(
    ({ app }) =>
      app.getAppMetrics().find(({ serviceName, name }) => `${serviceName} ${name}`.includes('engine'))?.pid,
  )
  if (pid === undefined) throw new Error('The engine does not run.')
  return pid
}

async function childOf(parent: number, command: string): Promise<number> {
  for (const pid of await readdir('/proc')) {
    if (!/^\d+$/.test(pid)) continue
    const [status, line] = await Promise.all(
      ['status', 'cmdline'].map((file) => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '')),
    )
    if (status?.includes(`PPid:\t${parent}\n`) && line?.includes(command)) return Number(pid)
  }
  throw new Error(`No process of ${parent} runs ${command}.`)
}
