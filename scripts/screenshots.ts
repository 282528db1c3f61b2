// `npm run screenshots`: takes the pictures of the README from the running app.

import { mkdir } from 'node:fs/promises'
import { resolve } from 'node:path'
import { launchApp } from '../tests/e2e/launchApp'

const folder = resolve(import.meta.dirname, '../docs/images')

const { page, close } = await launchApp()
await mkdir(folder, { recursive: true })
await page.screenshot({ path: resolve(folder, 'window.png') })
await close()
