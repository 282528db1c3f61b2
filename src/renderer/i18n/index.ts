import { createI18n } from 'vue-i18n'
import type { Language } from './language'
import en from './en.json'

export type Messages = typeof en

/** Messages are interpreted from their syntax tree, never compiled to functions: the page's policy forbids eval. */
export const i18n = createI18n({
  legacy: false,
  locale: 'en' as Language,
  fallbackLocale: 'en',
  messages: { en } as Record<Language, Messages>,
})
