import { expect, test } from 'vitest'
import { bestLanguage } from '../../../src/renderer/i18n/language'

test.each([
  [['de-AT', 'en'], 'de'],
  [['pt-BR', 'fr-CA'], 'fr'],
  [['zh-CN'], 'zh-CN'],
  [['zh-Hans-SG'], 'zh-CN'],
  [['ko'], 'en'],
  [[], 'en'],
])('whoever reads %j gets %s', (preferred, spoken) => {
  expect(bestLanguage(preferred)).toBe(spoken)
})
