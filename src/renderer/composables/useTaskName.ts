import { i18n } from '../i18n'

/** Tasks and experts by the names that photographers use. */
export function useTaskName() {
  const { t, te } = i18n.global

  /** `label`: what the model itself calls it, for those from elsewhere, which may name things as they like. */
  function taskName(id: string, label = spoken(id)): string {
    const key = `task.${id}`
    return te(key) ? t(key) : label
  }

  return { taskName }
}

function spoken(id: string): string {
  const words = id.replaceAll(/[-_]+/g, ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}
