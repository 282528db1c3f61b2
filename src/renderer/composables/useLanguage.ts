import { watchEffect } from 'vue'
import { call } from '../api'
import { i18n } from '../i18n'
import { bestLanguage } from '../i18n/language'
import { usePreferences } from '../stores/preferences'
import type { MenuLabels } from '../../shared/contract'

/** Speaks the language that the user chose, or the system's. For the root of the window. */
export function useLanguage() {
  const preferences = usePreferences()
  watchEffect(() => {
    const { language } = preferences
    const spoken = language === 'system' ? bestLanguage(navigator.languages) : language
    i18n.global.locale.value = spoken
    document.documentElement.lang = spoken
    void call('menu.translate', menuLabels())
  })
}

/** What the application menu says, which main draws without knowing any texts. */
function menuLabels(): MenuLabels {
  const { t } = i18n.global
  return {
    file: t('menu.file'),
    photo: t('menu.photo'),
    view: t('menu.view'),
    help: t('menu.help'),
    'open-files': t('open.files'),
    'open-folder': t('open.folder'),
    restore: t('restore.restore'),
    'queue-selection': t('menu.restoreSelection'),
    'save-result': t('menu.save'),
    'toggle-queue': t('queue.title'),
    'open-settings': t('page.settings'),
    'open-networks': t('page.networks'),
    'open-machine': t('page.machine'),
    'show-shortcuts': t('shortcut.title'),
  }
}
