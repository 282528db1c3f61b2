// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, test } from 'vitest'
import ModelCard from '../../../../src/renderer/components/models/ModelCard.vue'
import { i18n } from '../../../../src/renderer/i18n'
import type { Model } from '../../../../src/shared/models'
import { installFakeBridge } from '../fakeBridge'
import { model } from '../samples'

afterEach(() => (i18n.global.locale.value = 'en'))

function textOf(model: Model): string {
  const pinia = createPinia()
  setActivePinia(pinia)
  installFakeBridge()
  return mount(ModelCard, { props: { model }, global: { plugins: [pinia, i18n] } }).text()
}

test('what was imported is described in the window’s language', () => {
  i18n.global.locale.value = 'de'
  const text = textOf({
    ...model('own'),
    training: 'Imported from rain.pth: NAFNet, width 32, blocks 1-1-1.',
    imported: { file: 'rain.pth', label: 'NAFNet', width: 32, blocks: '1-1-1' },
    licence: '',
  })
  expect(text).toContain('Importiert aus rain.pth: NAFNet, Breite 32, Blöcke 1-1-1.')
  expect(text).toContain('Nicht angegeben; fragen Sie die Autoren der Gewichte.')
  expect(text).not.toContain('Imported')
})

test('of any other model its maker speaks', () => {
  const text = textOf({ ...model('compact'), training: 'On photos of rain.', licence: 'MIT' })
  expect(text).toContain('On photos of rain.')
  expect(text).toContain('MIT')
})
