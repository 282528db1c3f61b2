import { type Language, languages } from '../../shared/preferences'

/**
 * The first of the preferred languages, such as `de-AT`, that there are texts in, if only by its first part; else
 * English.
 */
export function bestLanguage(preferred: readonly string[]): Language {
  for (const wanted of preferred) {
    const known =
      languages.find((language) => language === wanted) ??
      languages.find((language) => main(language) === main(wanted))
    if (known) return known
  }
  return 'en'
}

const main = (language: string) => language.split('-')[0]
