// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, test } from 'vitest'
import RestoreFields from '../../../../src/renderer/components/restore/RestoreFields.vue'
import { i18n } from '../../../../src/renderer/i18n'
import { useModels } from '../../../../src/renderer/stores/models'
import { usePreferences } from '../../../../src/renderer/stores/preferences'
import type { Model } from '../../../../src/shared/models'
import { installFakeBridge } from '../fakeBridge'
import { model } from '../samples'

/** The fields with the first of these models chosen. */
async function fieldsOf(...list: Model[]) {
  const pinia = createPinia()
  setActivePinia(pinia)
  installFakeBridge({ 'models.list': () => list })
  await useModels().load()
  const settings = { model: list[0]!.id, tasks: {}, strength: 100 }
  return mount(RestoreFields, { props: { settings }, global: { plugins: [pinia, i18n] } })
}

const forbidding: Model = { ...model('private'), commercial: false }

test('beside the choice stands what the chosen model may be used for', async () => {
  const fields = await fieldsOf(forbidding, { ...model('free'), commercial: true }, model('silent'))
  expect(fields.text()).toContain('Personal use only')
  await fields.setProps({ settings: { model: 'free', tasks: {}, strength: 100 } })
  expect(fields.text()).toContain('Any use')
  await fields.setProps({ settings: { model: 'silent', tasks: {}, strength: 100 } })
  expect(fields.text()).toContain('Use not stated')
})

test('a model that forbids what the photos are for is warned of, also where there is no other', async () => {
  const fields = await fieldsOf(forbidding)
  expect(fields.find('.text-warning').exists()).toBe(false)
  usePreferences().photoUse = 'commercial'
  await fields.vm.$nextTick()
  expect(fields.get('.text-warning').text()).toBe(
    'Your photos are for paid work, which “private” does not allow: ask its authors for permission, or choose another model.',
  )
})

test('a model that does not say is not warned of', async () => {
  const fields = await fieldsOf(model('silent'), forbidding)
  usePreferences().photoUse = 'commercial'
  await fields.vm.$nextTick()
  expect(fields.find('.text-warning').exists()).toBe(false)
})
