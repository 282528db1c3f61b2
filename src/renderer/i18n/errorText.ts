import type { ErrorReport } from '../../shared/errors'
import { formatName, outputFormatIds } from '../../shared/formats'
import { useFormat } from '../composables/useFormat'
import { i18n } from '.'

/**
 * An error in the window's language. Main speaks English and names files; other languages have a sentence for each
 * code, and the rest stands in the log.
 */
export function errorText({ code, message, detail }: ErrorReport): { message: string; detail: string } {
  const { t, locale } = i18n.global
  if (locale.value === 'en') return { message, detail }
  const formats = useFormat().list(outputFormatIds.map(formatName), 'disjunction')
  return { message: t(`error.${code}.message`), detail: t(`error.${code}.detail`, { formats }) }
}
