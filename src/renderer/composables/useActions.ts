import { computed } from 'vue'
import { isPending } from '../../shared/job'
import { type BatchAdded, leftOutReasons } from '../../shared/queue'
import type { MenuCommand } from '../../shared/texts'
import { i18n } from '../i18n'
import { useLayout } from '../stores/layout'
import { useLibrary } from '../stores/library'
import { useModels } from '../stores/models'
import { useNotices } from '../stores/notices'
import { usePreferences } from '../stores/preferences'
import { useQueue } from '../stores/queue'
import { useSelection } from '../stores/selection'
import { useViewer } from '../stores/viewer'
import { useFormat } from './useFormat'
import { useModelUse } from './useModelUse'

/** Everything that the menu can ask for, and what only keys and buttons do. */
export type ActionName =
  | MenuCommand
  | 'close-page'
  | 'select-all'
  | 'open-photo'
  | 'back-to-grid'
  | 'previous-photo'
  | 'next-photo'
  | 'toggle-zoom'
  | 'compare'
  | 'show-split'
  | 'show-side'
  | 'show-difference'
  | 'zoom-in'
  | 'zoom-out'
  | 'zoom-fit'
  | `pan-${'left' | 'right' | 'up' | 'down'}`
  | `${'move' | 'extend'}-${'left' | 'right' | 'up' | 'down' | 'first' | 'last'}`

/** What one press of a key does: a quarter closer, a fifth of a window aside. */
const zoomStep = 1.25
const panStep = 160

/** What the user can do, one function each, whether a button, a key or the menu asks for it. */
export function useActions() {
  const library = useLibrary()
  const selection = useSelection()
  const layout = useLayout()
  const queue = useQueue()
  const preferences = usePreferences()
  const viewer = useViewer()
  const models = useModels()
  const notices = useNotices()
  const { count, some } = useFormat()
  const { warningOf } = useModelUse()

  const isRestoring = computed(() => {
    const item = selection.active === null ? undefined : queue.itemOf(selection.active)
    return item !== undefined && isPending(item.job.state)
  })
  const result = computed(() => (selection.active === null ? undefined : queue.resultOf(selection.active)))
  const canRestore = computed(
    () => selection.activePhoto !== undefined && preferences.model !== undefined && !isRestoring.value,
  )
  const canSave = computed(() => layout.mode === 'photo' && result.value !== undefined)
  const canQueue = computed(() => selection.count > 0 && preferences.model !== undefined)

  /** Of the grid's selection several go to the queue; one is opened, because the user wants to see what happens. */
  async function restore() {
    if (layout.mode === 'page') return
    if (layout.mode === 'grid' && selection.count > 1) return queueSelection()
    const id = selection.active
    if (id === null || !canRestore.value) return
    layout.openPhoto(id)
    // Strength is a mix of original and result, which the viewer shows at once; so the result is made whole.
    await queue.restorePhoto(id, { ...preferences.settings, strength: 100 }, preferences.export)
  }

  async function queueSelection() {
    if (!canQueue.value) return
    if (
      preferences.placing.kind !== 'beside' &&
      preferences.placing.folder === null &&
      !(await preferences.chooseDestination())
    )
      return
    const settings = preferences.settings
    const answer = await queue.addBatch(selection.ids, settings, preferences.export)
    if (!answer) return
    if (answer.added > 0) {
      layout.queueOpen = true
      warnIfForbidden(settings.model)
    }
    if (answer.leftOut.length > 0) tellLeftOut(answer.leftOut)
  }

  function tellLeftOut(leftOut: BatchAdded['leftOut']) {
    const { t } = i18n.global
    const n = leftOut.length
    const reasons = leftOutReasons.flatMap((reason) => {
      const photos = leftOut
        .filter((photo) => photo.reason === reason)
        .map(({ photo }) => library.byId.get(photo)?.name ?? '')
      return photos.length > 0 ? t(`queue.leftOutBecause.${reason}`, { photos: some(photos) }) : []
    })
    notices.show('warning', t('queue.leftOut', { n: count(n) }, n), reasons.join('\n'))
  }

  async function saveResult() {
    const job = result.value?.job
    if (!canSave.value || job === undefined || queue.saving) return
    const path = await queue.save(job.id, preferences.settings.strength)
    if (!path) return
    notices.show('info', i18n.global.t('restore.saved'), path)
    warnIfForbidden(job.settings.model)
  }

  /** Warns where results go out of a model that forbids what the photos are for. */
  function warnIfForbidden(model: string) {
    const warning = warningOf(models.list.find(({ id }) => id === model))
    if (warning) notices.show('warning', warning)
  }

  function openActive() {
    if (selection.active !== null) layout.openPhoto(selection.active)
  }

  const ends = () => library.order.ids.length
  const run: Record<ActionName, () => unknown> = {
    'open-files': library.openFiles,
    'open-folder': library.openFolder,
    restore,
    'queue-selection': queueSelection,
    'save-result': saveResult,
    'toggle-queue': layout.toggleQueue,
    'open-settings': () => layout.togglePage('settings'),
    'open-models': () => layout.togglePage('models'),
    'open-machine': () => layout.togglePage('machine'),
    'close-page': layout.closePage,
    'show-shortcuts': () => (layout.shortcutsOpen = true),
    'select-all': () => layout.mode === 'grid' && selection.selectAll(),
    'open-photo': openActive,
    'back-to-grid': layout.backToGrid,
    'previous-photo': () => selection.visitNeighbour(-1),
    'next-photo': () => selection.visitNeighbour(1),
    'toggle-zoom': () => viewer.toggleZoom(),
    compare: () => (viewer.comparing = true),
    'show-split': () => (viewer.mode = 'split'),
    'show-side': () => (viewer.mode = 'side'),
    'show-difference': () => (viewer.mode = 'difference'),
    'zoom-in': () => viewer.zoomBy(zoomStep),
    'zoom-out': () => viewer.zoomBy(1 / zoomStep),
    'zoom-fit': () => viewer.fit(),
    'pan-left': () => viewer.pan({ x: panStep, y: 0 }),
    'pan-right': () => viewer.pan({ x: -panStep, y: 0 }),
    'pan-up': () => viewer.pan({ x: 0, y: panStep }),
    'pan-down': () => viewer.pan({ x: 0, y: -panStep }),
    'move-left': () => selection.move(-1),
    'move-right': () => selection.move(1),
    'move-up': () => selection.moveRow(-1, layout.columns),
    'move-down': () => selection.moveRow(1, layout.columns),
    'move-first': () => selection.move(-ends()),
    'move-last': () => selection.move(ends()),
    'extend-left': () => selection.move(-1, true),
    'extend-right': () => selection.move(1, true),
    'extend-up': () => selection.moveRow(-1, layout.columns, true),
    'extend-down': () => selection.moveRow(1, layout.columns, true),
    'extend-first': () => selection.move(-ends(), true),
    'extend-last': () => selection.move(ends(), true),
  }

  const act = (name: ActionName) => void run[name]()

  return { act, result, isRestoring, canRestore, canSave, canQueue }
}
