import { createI18n } from 'vue-i18n'
import { type Language, languages } from '../../shared/preferences'
import type en from './en.json'

export type Messages = typeof en

/** Adding a language takes its file here and its place in the floor's list. */
const files = import.meta.glob<Messages>('./*.json', { eager: true, import: 'default' })
const messages = Object.fromEntries(
  languages.map((language) => [language, files[`./${language}.json`]]),
) as Record<Language, Messages>

/** Messages are interpreted from their syntax tree, never compiled to functions: the page's policy forbids eval. */
export const i18n = createI18n<[Messages], Language, false>({
  legacy: false,
  locale: 'en',
  fallbackLocale: 'en',
  messages,
})
