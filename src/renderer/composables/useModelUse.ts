import type { Model } from '../../shared/models'
import { allowedUse, isForbidden } from '../../shared/photoUse'
import { i18n } from '../i18n'
import { usePreferences } from '../stores/preferences'

/** Says what models may be used for, and warns where that is not what the user's photos are for. */
export function useModelUse() {
  const { t } = i18n.global
  const preferences = usePreferences()

  /** A few words. */
  const useOf = (model: Pick<Model, 'commercial'>) => t(`use.allowed.${allowedUse(model)}`)

  /** One sentence with what to do; undefined where nothing is forbidden. */
  const warningOf = (model: Pick<Model, 'name' | 'commercial'> | undefined) =>
    model && isForbidden(model, preferences.photoUse) ? t('use.forbidden', { model: model.name }) : undefined

  /** What to do where the photos are for paid work and nobody has said whether the model allows that. */
  const doubtOf = (model: Pick<Model, 'commercial'>) =>
    preferences.photoUse === 'commercial' && allowedUse(model) === 'unstated' ? t('use.uncertain') : undefined

  return { useOf, warningOf, doubtOf }
}
