import { readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from '@playwright/test'
import type { Bridge } from '../../src/shared/contract'
import { launchApp, type LaunchedApp, temporaryFolder } from './launchApp'
import { enlargedPhoto, photoFolder } from './photos'
import { choose } from './steps'

declare global {
  interface Window {
    petrichor: Bridge
  }
}

let launched: LaunchedApp
let removeProfile: () => Promise<void>

test.beforeAll(async () => {
  const { folder, remove } = await temporaryFolder()
  removeProfile = remove
  launched = await launchApp({ profile: folder })
})
test.afterAll(async () => {
  await launched.close()
  await removeProfile()
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

test('the page is refused the model', async () => {
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

  await app.evaluate(({ BrowserWindow }) => {
    const { webContents } = BrowserWindow.getAllWindows()[0]!
    const attempt = new Promise((resolve) =>
      webContents.once('will-navigate', (event) => setImmediate(() => resolve(event.defaultPrevented))),
    )
    Object.assign(globalThis, { attempt })
  })
  await page.evaluate(() => {
    location.href = 'https://example.org/'
  })
  const wasPrevented = await app.evaluate(() => (globalThis as { attempt?: unknown }).attempt)
  expect(wasPrevented).toBe(true)
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

test('the photo protocol serves only ids that were given out', async () => {
  const { folder, remove } = await temporaryFolder()
  const photos = await photoFolder(folder, ['barn-rain.png', 'broken.jpg'])
  const secret = Buffer.from(join(photos, 'README.md')).toString('base64url')
  const [known] = await openedIn(photos)

  const statuses = await statusesOf([
    `photo://view/${known}`,
    `photo://thumbnail/${known}`,
    `photo://original/${known}`,
    `photo://view/${known}/..`,
    `photo://view/${known}?path=/etc/passwd`,
    `photo://view/${known}/0/0/0`,
    `photo://tile/${known}/0/0/0`,
    `photo://tile/${known}/0/99/0`,
    `photo://tile/${known}/-1/0/0`,
    `photo://tile/${known}/0/0`,
    'photo://tile/unknown/0/0/0',
    `photo://constructor/${known}`,
    'photo://view/',
    'photo://view/unknown',
    `photo://view/${secret}`,
    'photo://view/etc/passwd',
    'photo://view/../../../etc/passwd',
    'photo://view/..%2f..%2f..%2fetc%2fpasswd',
    `photo://view/${encodeURIComponent(join(photos, 'barn-rain.png'))}`,
    'photo://view/%2fetc%2fpasswd',
    'photo://view/%e0%a4%a',
    'photo://view/__proto__',
  ])

  expect(statuses).toEqual([200, 200, 404, 404, 200, 404, 200, ...Array<number>(15).fill(404)])
  await remove()
})

test('a photo that became a link to something else is not served', async () => {
  const { folder, remove } = await temporaryFolder()
  const photos = await photoFolder(folder, ['barn-rain.png'])
  const secret = join(folder, 'secret.txt')
  await writeFile(secret, 'not to be read')
  const [known] = await openedIn(photos)
  await rm(join(photos, 'barn-rain.png'))
  await symlink(secret, join(photos, 'barn-rain.png'))

  expect(await statusesOf([`photo://view/${known}`, `photo://tile/${known}/0/0/0`])).toEqual([404, 404])
  await remove()
})

test('a page that is not ours is refused every call', async () => {
  const preload = join(import.meta.dirname, '../../out/preload/index.cjs')
  const answers = await launched.app.evaluate(async ({ BrowserWindow }, preload) => {
    const window = new BrowserWindow({ show: false, webPreferences: { preload, sandbox: true } })
    await window.loadURL('data:text/html,<p>Not ours</p>')
    const answers: unknown = await window.webContents.executeJavaScript(`Promise.all([
      petrichor.call('preferences.get'),
      petrichor.call('photos.samples'),
      petrichor.callWithFiles('photos.openDropped', []),
    ]).then((all) => all.map((answer) => (answer.ok ? 'answered' : answer.error.code)))`)
    window.destroy()
    return answers
  }, preload)
  expect(answers).toEqual(['invalid-call', 'invalid-call', 'invalid-call'])
})

test('the page is refused frames, workers, objects and foreign pictures', async () => {
  await launched.page.evaluate(() => {
    const blocked: string[] = []
    Object.assign(window, { blocked })
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      blocked.push(effectiveDirective),
    )
    const add = (tag: string, attribute: string, address: string) => {
      const element = document.createElement(tag)
      element.setAttribute(attribute, address)
      element.className = 'refused'
      document.body.append(element)
    }
    add('iframe', 'src', 'app://petrichor/index.html')
    add('object', 'data', 'https://example.org/a.svg')
    add('img', 'src', 'https://example.org/a.png')
    add('script', 'src', 'https://example.org/a.js')
    try {
      new Worker(URL.createObjectURL(new Blob([''])))
    } catch {
      // Some are refused at once.
    }
  })
  await expect
    .poll(() => launched.page.evaluate(() => (window as unknown as { blocked: string[] }).blocked))
    .toEqual(expect.arrayContaining(['frame-src', 'object-src', 'img-src', 'script-src-elem', 'worker-src']))
  await launched.page.evaluate(() => document.querySelectorAll('.refused').forEach((one) => one.remove()))
})

test('nothing is downloaded', async () => {
  const { app, page } = launched
  await app.evaluate(({ session }) => {
    const attempt = new Promise((resolve) =>
      session.defaultSession.once('will-download', (event) =>
        setImmediate(() => resolve(event.defaultPrevented)),
      ),
    )
    Object.assign(globalThis, { attempt })
  })
  await page.evaluate(() => {
    const link = document.createElement('a')
    link.href = URL.createObjectURL(new Blob(['text']))
    link.download = 'file.txt'
    link.click()
  })
  expect(await app.evaluate(() => (globalThis as { attempt?: unknown }).attempt)).toBe(true)
})

test('the page cannot read a photo as data', async () => {
  const outcome = await launched.page.evaluate(() => fetch('photo://view/any').then(String, String))
  expect(outcome).toContain('TypeError')
})

test('calls that do not fit the contract are refused', async () => {
  const settings = { model: 'petrichor-compact', tasks: {}, strength: 100 }
  const exportSettings = { format: 'source', quality: 95, depth: 'source', stripLocation: false }
  const refused: [string, unknown][] = [
    ['photos.chooseFolder', '/etc'],
    ['queue.cancel', 'all'],
    ['queue.cancel', [1]],
    ['queue.restorePhoto', { photo: 'unknown', settings, export: exportSettings }],
    ['queue.restorePhoto', { photo: '/etc/passwd', settings, export: exportSettings }],
    ['queue.restorePhoto', { photo: 'unknown' }],
    ['queue.addBatch', { photos: [], settings, export: exportSettings }],
    [
      'queue.addBatch',
      { photos: ['unknown'], settings: { ...settings, model: '../../models/other' }, export: exportSettings },
    ],
    [
      'queue.addBatch',
      { photos: ['unknown'], settings: { ...settings, model: '/etc' }, export: exportSettings },
    ],
    [
      'queue.addBatch',
      { photos: ['unknown'], settings: { ...settings, strength: 101 }, export: exportSettings },
    ],
    ['preferences.set', { thumbnailSize: 100000 }],
    ['preferences.set', { export: { ...exportSettings, quality: 0 } }],
    ['preferences.set', null],
    ['results.save', 'unknown'],
    ['results.save', { job: 'unknown', strength: 100 }],
    ['results.save', { job: 'unknown', strength: 101 }],
    ['photos.measure', '/etc/passwd'],
    ['photos.facts', '../../etc/passwd'],
    ['photos.histogram', 'unknown'],
    ['preview.make', { photo: 'unknown', settings, region: { left: 0, top: 0, width: 9, height: 9 } }],
    ['preview.make', { photo: 'unknown', settings, region: { left: 0, top: 0, width: 1e9, height: 9 } }],
    ['models.import', { ticket: '/etc/passwd', name: 'x', licence: '' }],
    ['models.import', { ticket: 'unknown', name: '', licence: '' }],
    ['preferences.set', { theme: 'pink' }],
    ['preferences.set', { language: '../../secret' }],
    ['preferences.set', { presets: [{ name: 'x' }] }],
    ['results.reveal', '/etc/passwd'],
  ]

  const codes = await launched.page.evaluate(
    (calls) =>
      Promise.all(
        calls.map(async ([name, input]) => {
          const answer = await window.petrichor.call(name as 'queue.cancel', input as string[])
          return answer.ok ? 'accepted' : answer.error.code
        }),
      ),
    refused,
  )
  expect(codes).toEqual(refused.map(() => 'invalid-call'))
})

test('the window cannot choose where results are written', async () => {
  const { page } = launched
  const destination = await page.evaluate(async () => {
    const placing = { kind: 'folder', folder: '/etc', name: '{name}', collision: 'number' }
    await window.petrichor.call('preferences.set', { placing } as object)
    const answer = await window.petrichor.call('preferences.get', undefined)
    return answer.ok && answer.value.placing.folder
  })
  expect(destination).toBeNull()
})

test('the page cannot open files by path', async () => {
  const outcomes = await launched.page.evaluate(async () => {
    const { petrichor } = window
    const paths = ['/etc']
    return Promise.all([
      petrichor.call('photos.openDropped', paths).then(JSON.stringify, () => 'refused'),
      petrichor
        .call(new String('photos.openDropped') as 'photos.openDropped', paths)
        .then(JSON.stringify, () => 'refused'),
      petrichor.call(['photos.openDropped'] as never, paths as never).then(JSON.stringify, () => 'refused'),
      petrichor.call('models.inspectDropped', ['/etc/passwd']).then(JSON.stringify, () => 'refused'),
      petrichor.call('models.findDropped', paths).then(JSON.stringify, () => 'refused'),
      petrichor.call('photos.openFolder' as never, paths as never).then(JSON.stringify, () => 'refused'),
      Promise.resolve()
        .then(() => petrichor.callWithFiles('photos.openDropped', ['/etc/passwd'] as unknown as File[]))
        .then(JSON.stringify, () => 'refused'),
      petrichor
        .callWithFiles('photos.openDropped', [new File(['x'], '/etc/passwd')])
        .then((answer) => !answer.ok && answer.error.code),
    ])
  })
  expect(outcomes).toEqual([...Array<string>(7).fill('refused'), 'no-photos'])
})

test('the bridge hands out nothing of Electron', async () => {
  const handed = await launched.page.evaluate(() => [
    Object.keys(window.petrichor).sort(),
    typeof window.petrichor.on('queue.changed', () => undefined)(),
  ])
  expect(handed).toEqual([['call', 'callWithFiles', 'on', 'platform'], 'undefined'])
})

// Inside Electron on Linux they would come by the thousand; docs/decisions/0004.
test('pictures are made without a warning of glib', async () => {
  const { folder, remove } = await temporaryFolder()
  const photos = await photoFolder(folder, [])
  await Promise.all(
    Array.from({ length: 300 }, (_, index) => enlargedPhoto(join(photos, `${index}.jpg`), 450, 300)),
  )
  const ids = await openedIn(photos)

  const statuses = await statusesOf(ids.map((id) => `photo://thumbnail/${id}`))

  expect(statuses).toEqual(ids.map(() => 200))
  const log = await readFile(join(launched.profile, 'logs', 'main.log'), 'utf8')
  expect(`${launched.errors()}${log}`).not.toContain('GLib')
  await remove()
})

test('the process of the window holds neither the decoders nor the models', async () => {
  test.skip(process.platform !== 'linux', 'Only Linux tells what a process has loaded.')
  const libraries = await readFile(`/proc/${launched.app.process().pid}/maps`, 'utf8')
  expect(libraries).toContain('lmdb')
  expect(libraries).not.toMatch(/libvips|onnxruntime/)
})

/** Open a folder and tell the photos' ids. */
async function openedIn(folder: string): Promise<string[]> {
  await choose(launched, [folder])
  const answer = await launched.page.evaluate(() => window.petrichor.call('photos.chooseFolder', undefined))
  if (!answer.ok || !answer.value) throw new Error('The folder was not opened.')
  return answer.value.photos.map(({ id }) => id)
}

/** What the app answers to requests like those of the page. */
function statusesOf(addresses: string[]): Promise<number[]> {
  return launched.app.evaluate(
    ({ net }, addresses) => Promise.all(addresses.map(async (address) => (await net.fetch(address)).status)),
    addresses,
  )
}
