import { languages } from '../../shared/preferences'

export type Language = (typeof languages)[number]

/** The first of the wished languages, such as `de-AT`, that there are texts in, if only by its first part; else English. */
export function bestLanguage(wished: readonly string[]): Language {
  for (const wish of wished) {
    const known =
      languages.find((language) => language === wish) ??
      languages.find((language) => main(language) === main(wish))
    if (known) return known
  }
  return 'en'
}

const main = (language: string) => language.split('-')[0]
