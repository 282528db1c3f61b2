import { watchEffect } from 'vue'
import type { MenuLabels, Texts } from '../../shared/texts'
import { call } from '../api'
import { i18n } from '../i18n'
import { bestLanguage } from '../i18n/language'
import { usePreferences } from '../stores/preferences'

/** Sets the window to the language that the user chose, or the system's. For the root of the window. */
export function useLanguage() {
  const preferences = usePreferences()
  watchEffect(() => {
    const { language } = preferences
    const spoken = language === 'system' ? bestLanguage(navigator.languages) : language
    i18n.global.locale.value = spoken
    document.documentElement.lang = spoken
    void call('texts.use', textsForMain())
  })
}

/** The texts of the menu, dialogs and notifications, which main shows and does not know. */
function textsForMain(): Texts {
  const { t } = i18n.global
  const places = { done: '{done}', failed: '{failed}' }
  return {
    menu: menuLabels(),
    files: { photos: t('grid.label'), weights: t('files.weights'), settings: t('files.settings') },
    dialogs: {
      files: dialogTitle(t('open.files')),
      folder: dialogTitle(t('open.folder')),
      destination: dialogTitle(t('restore.choose')),
      saveResult: dialogTitle(t('menu.save')),
      weights: dialogTitle(t('models.import')),
      modelFolder: dialogTitle(t('models.importFolder')),
      saveSettings: dialogTitle(t('preset.saveFile')),
      loadSettings: dialogTitle(t('preset.loadFile')),
    },
    ended: {
      well: t('ended.well'),
      badly: t('ended.badly'),
      done: t('ended.done', places),
      doneAndFailed: t('ended.doneAndFailed', places),
    },
  }
}

/** A dialog is titled like the button that opens it, without that one's ellipsis. */
const dialogTitle = (label: string) => label.replace(/…$/, '')

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
    'open-models': t('page.models'),
    'open-machine': t('page.machine'),
    'show-shortcuts': t('shortcut.title'),
  }
}
