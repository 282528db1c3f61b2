import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { findDropped } from '../../../../src/main/models/findDropped'
import { temporaryFolder } from '../../../support/folder'

const folder = temporaryFolder()
const model = resolve(import.meta.dirname, '../../../fixtures/models/identity')

test('weights are known by their name, and a model’s folder by what is in it', async () => {
  const photos = folder('photos')
  mkdirSync(photos)
  expect(await findDropped([photos, model])).toBe(1)
  expect(await findDropped([photos, folder('CPLIR.PTH')])).toBe(1)
  expect(await findDropped([model, folder('weights.safetensors')])).toBe(0)
})

test('photos, folders of photos and what has no path are none', async () => {
  const photos = folder('photos')
  mkdirSync(join(photos, 'model.onnx'), { recursive: true })
  writeFileSync(join(photos, 'a.jpg'), '')
  copyFileSync(join(model, 'manifest.json'), join(photos, 'manifest.json'))
  expect(await findDropped([photos, join(photos, 'a.jpg'), folder('gone'), ''])).toBeNull()
})
