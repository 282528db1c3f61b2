import { i18n } from '../i18n'

const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte', 'terabyte'] as const

/** How many things `some` names at most. */
const most = 5

/** Numbers, sizes and times as the language writes them. */
export function useFormat() {
  const { locale, t } = i18n.global

  const number = (value: number, digits = 2) =>
    new Intl.NumberFormat(locale.value, { maximumFractionDigits: digits }).format(value)
  const percent = (fraction: number) =>
    new Intl.NumberFormat(locale.value, { style: 'percent', maximumFractionDigits: 0 }).format(fraction)
  const count = (value: number) => number(value, 0)
  const seconds = (value: number) => number(value, value < 10 ? 1 : 0)
  const date = (value: Date) =>
    new Intl.DateTimeFormat(locale.value, { dateStyle: 'medium', timeStyle: 'short' }).format(value)

  /** Things one after the other, as in “a, b, and c”, or “a, b, or c”. */
  const list = (things: string[], type: 'conjunction' | 'disjunction' = 'conjunction') =>
    new Intl.ListFormat(locale.value, { type }).format(things)

  /** The same of many things: the first few, and how many others there are. */
  function some(things: string[]): string {
    const named = things.length > most ? things.slice(0, most - 1) : things
    const others = things.length - named.length
    return list(others > 0 ? [...named, t('notice.more', { n: count(others) })] : named)
  }

  /** A size of a file in the largest unit of which it is at least one, by thousands as file managers count. */
  function bytes(value: number): string {
    const power = Math.min(Math.floor(Math.log10(Math.max(value, 1)) / 3), units.length - 1)
    const scaled = value / 1000 ** power
    return new Intl.NumberFormat(locale.value, {
      style: 'unit',
      unit: units[power]!,
      unitDisplay: 'short',
      maximumFractionDigits: scaled < 10 && power > 0 ? 1 : 0,
    }).format(scaled)
  }

  /** An exposure as photographers write it: 1/250 rather than 0.004. */
  const shutter = (value: number) => (value < 0.3 ? `1/${count(1 / value)}` : number(value, 1))

  /** A time left, no finer than it can be estimated: in steps of five seconds under a minute, in minutes above. */
  function duration(seconds: number): string {
    const unit = (value: number, unit: 'second' | 'minute' | 'hour') =>
      new Intl.NumberFormat(locale.value, { style: 'unit', unit, unitDisplay: 'short' }).format(value)
    if (seconds < 60) return unit(Math.max(Math.ceil(seconds / 5) * 5, 5), 'second')
    const minutes = Math.ceil(seconds / 60)
    if (minutes < 60) return unit(minutes, 'minute')
    const rest = minutes % 60
    return [unit(Math.floor(minutes / 60), 'hour'), ...(rest > 0 ? [unit(rest, 'minute')] : [])].join(' ')
  }

  return { duration, number, percent, count, list, some, seconds, date, bytes, shutter }
}
