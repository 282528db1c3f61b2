import { i18n } from '../i18n'

/** Names tasks and experts as photographers do. */
export function useTaskName() {
  const { t, te } = i18n.global

  /** `label`: the model's own name for it, used where the texts have none, as for imported models. */
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
