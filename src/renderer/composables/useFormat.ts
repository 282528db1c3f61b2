import { useI18n } from 'vue-i18n'

/** Numbers as the language writes them. */
export function useFormat() {
  const { locale } = useI18n()

  const percent = (fraction: number) =>
    new Intl.NumberFormat(locale.value, { style: 'percent', maximumFractionDigits: 0 }).format(fraction)
  const count = (value: number) => new Intl.NumberFormat(locale.value).format(value)
  const seconds = (value: number) =>
    new Intl.NumberFormat(locale.value, { maximumFractionDigits: value < 10 ? 1 : 0 }).format(value)

  return { percent, count, seconds }
}
