import { watchEffect } from 'vue'
import { i18n } from '../i18n'
import { bestLanguage } from '../i18n/language'
import { usePreferences } from '../stores/preferences'

/** Speaks the language that the user chose, or the system's. For the root of the window. */
export function useLanguage() {
  const preferences = usePreferences()
  watchEffect(() => {
    const { language } = preferences
    const spoken = language === 'system' ? bestLanguage(navigator.languages) : language
    i18n.global.locale.value = spoken
    document.documentElement.lang = spoken
  })
}
