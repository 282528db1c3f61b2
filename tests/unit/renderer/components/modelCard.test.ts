// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { afterEach, expect, test } from 'vitest'
import ModelCard from '../../../../src/renderer/components/models/ModelCard.vue'
import { i18n } from '../../../../src/renderer/i18n'
import { usePreferences } from '../../../../src/renderer/stores/preferences'
import type { Model } from '../../../../src/shared/models'
import type { PhotoUse } from '../../../../src/shared/photoUse'
import { installFakeBridge } from '../fakeBridge'
import { model } from '../samples'

afterEach(() => (i18n.global.locale.value = 'en'))

function textOf(model: Model, photoUse: PhotoUse = 'unstated'): string {
  const pinia = createPinia()
  setActivePinia(pinia)
  installFakeBridge()
  usePreferences().photoUse = photoUse
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

test('a card says what its model may be used for', () => {
  expect(textOf({ ...model('free'), commercial: true })).toContain('AllowedAny use')
  expect(textOf({ ...model('private'), commercial: false })).toContain('AllowedPersonal use only')
  expect(textOf(model('silent'))).toContain('AllowedUse not stated')
})

test('a card warns where its model forbids paid work, and doubts where nobody has said', () => {
  const texts = (photoUse: PhotoUse) =>
    [true, false, undefined].map((commercial) => textOf({ ...model('compact'), commercial }, photoUse))
  const [free, forbidden, silent] = texts('commercial')
  expect(free).not.toContain('paid work')
  expect(forbidden).toContain('Your photos are for paid work, which “compact” does not allow')
  expect(silent).toContain('Nobody has said whether it may be used for paid work')
  for (const text of [...texts('personal'), ...texts('unstated')]) expect(text).not.toContain('paid work')
})
