import type { ErrorReport } from '../../shared/errors'
import { i18n } from '.'

/**
 * An error as it is told. Main speaks English and names files; other languages have a sentence for each code, and the
 * rest stands in the log.
 */
export function errorText({ code, message, detail }: ErrorReport): { message: string; detail: string } {
  const { t, locale } = i18n.global
  if (locale.value === 'en') return { message, detail }
  return { message: t(`error.${code}.message`), detail: t(`error.${code}.detail`) }
}
