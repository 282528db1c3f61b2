// @vitest-environment happy-dom
import { mount } from '@vue/test-utils'
import { expect, test } from 'vitest'
import TaskChoice from '../../../../src/renderer/components/restore/TaskChoice.vue'
import { i18n } from '../../../../src/renderer/i18n'

test('tasks join and leave, each with a strength; without any it is automatic again', async () => {
  const tasks = [
    { id: 'rain', label: 'rain' },
    { id: 'moire', label: 'Moiré' },
  ]
  const wrapper = mount(TaskChoice, {
    props: { tasks, chosen: {}, onChange: (chosen) => wrapper.setProps({ chosen }) },
    global: { plugins: [i18n] },
  })
  const button = (name: string) => wrapper.findAll('button').find((found) => found.text() === name)!
  expect(button('Automatic').attributes('aria-pressed')).toBe('true')

  await button('Rain').trigger('click')
  await button('Moiré').trigger('click')
  expect(wrapper.props('chosen')).toEqual({ rain: 100, moire: 100 })
  expect(button('Automatic').attributes('aria-pressed')).toBe('false')
  expect(wrapper.findAll('[role=slider]').map((slider) => slider.attributes('aria-label'))).toEqual([
    'Strength of Rain',
    'Strength of Moiré',
  ])

  await button('Rain').trigger('click')
  await button('Moiré').trigger('click')
  expect(wrapper.props('chosen')).toEqual({})
  expect(button('Automatic').attributes('aria-pressed')).toBe('true')
})
