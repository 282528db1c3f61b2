import { createI18n } from 'vue-i18n'
import de from './de.json'
import en from './en.json'
import es from './es.json'
import fr from './fr.json'
import ja from './ja.json'
import type { Language } from './language'
import zhCN from './zh-CN.json'

export type Messages = typeof en

const messages: Record<Language, Messages> = { en, de, fr, es, ja, 'zh-CN': zhCN }

/** Messages are interpreted from their syntax tree, never compiled to functions: the page's policy forbids eval. */
export const i18n = createI18n<[Messages], Language, false>({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages,
})
