import type { ErrorReport } from '../../shared/errors'
import { formatName, outputFormatIds } from '../../shared/formats'
import { importableArchitectures } from '../../shared/models'
import { useFormat } from '../composables/useFormat'
import { i18n } from '.'

/**
 * An error in the window's language. Main speaks English and names files; other languages have a sentence for each
 * code, and the rest stands in the log.
 */
export function errorText({ code, message, detail }: ErrorReport): { message: string; detail: string } {
  const { t, locale } = i18n.global
  if (locale.value === 'en') return { message, detail }
  const { list } = useFormat()
  const names = {
    formats: list(outputFormatIds.map(formatName), 'disjunction'),
    architectures: list([...importableArchitectures], 'conjunction'),
  }
  return { message: t(`error.${code}.message`), detail: t(`error.${code}.detail`, names) }
}
