// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { createPinia, setActivePinia } from 'pinia'
import { expect, test, vi } from 'vitest'
import MachineAllowance from '../../../../src/renderer/components/machine/MachineAllowance.vue'
import { i18n } from '../../../../src/renderer/i18n'
import { installFakeBridge } from '../fakeBridge'
import { preferences } from '../samples'

test('the largest photo that is opened is a gigapixel unless more or less is allowed', async () => {
  const pinia = createPinia()
  setActivePinia(pinia)
  const { called } = installFakeBridge({
    'preferences.set': (change) => ({ ...preferences, ...change }) as never,
  })
  const wrapper = mount(MachineAllowance, { props: { memory: 16e9 }, global: { plugins: [pinia, i18n] } })
  const field = wrapper
    .findAll('label')
    .find((found) => found.find('.title').text() === 'Largest photo')!
    .get('select')
  const chosen = () => field.element.selectedOptions[0]?.text
  expect(chosen()).toBe('1,000 megapixels')

  await field.setValue('4000000000')

  await vi.waitFor(() => expect(chosen()).toBe('4,000 megapixels'))
  expect(called).toContainEqual({
    name: 'preferences.set',
    input: { allowance: { tile: null, memory: null, pixels: 4e9 } },
  })
})
