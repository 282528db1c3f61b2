import { defineStore } from 'pinia'
import { computed, reactive, ref, shallowRef } from 'vue'
import { isPending, type Progress } from '../../shared/job'
import type { Pace, Queue, QueueDelta, QueueItem } from '../../shared/queue'
import type { ExportSettings, RestoreSettings } from '../../shared/settings'
import { call, on } from '../api'
import { i18n } from '../i18n'
import { plain } from '../logic/plain'
import { applyDelta, followLatest, nameOf, totalsOf } from '../logic/queue'
import { useNotices } from './notices'

const isShown = ({ job, view }: QueueItem) => job.state === 'done' && view !== undefined

/** A copy of main's queue. It changes only when main reports a change, so it never shows what is not so. */
export const useQueue = defineStore('queue', () => {
  const notices = useNotices()

  const items = shallowRef<readonly QueueItem[]>([])
  const paused = ref(false)
  const progress = reactive(new Map<string, Progress>())
  const latest = shallowRef<ReadonlyMap<string, string>>(new Map())
  const latestDone = shallowRef<ReadonlyMap<string, string>>(new Map())
  const pace = shallowRef<Pace | null>(null)
  /** Whether a result is being saved, or its dialog is open. */
  const saving = ref(false)
  /** Revision of this copy; -1 before the first. */
  let revision = -1
  let loading = false
  /** Changes that arrived while the whole queue was being fetched. */
  const missed: QueueDelta[] = []

  const byId = computed(() => new Map(items.value.map((item) => [item.job.id, item])))
  const totals = computed(() => totalsOf(items.value, progress))

  /** The latest job of a photo, see `followLatest`. */
  const itemOf = (photo: string) => byId.value.get(latest.value.get(photo) ?? '')
  /** The job with the latest result of a photo. */
  const resultOf = (photo: string) => byId.value.get(latestDone.value.get(photo) ?? '')

  /** Replaces this copy by a newer queue; the second argument says what differs between them. */
  function take(queue: Queue, { changed, removed }: Pick<QueueDelta, 'changed' | 'removed'>) {
    const before = byId.value
    latest.value = followLatest(latest.value, before, queue.items, { changed, removed })
    latestDone.value = followLatest(latestDone.value, before, queue.items.filter(isShown), {
      changed: changed.filter(isShown),
      removed,
    })
    items.value = queue.items
    paused.value = queue.paused
    revision = queue.revision

    for (const id of progress.keys()) if (byId.value.get(id)?.job.state !== 'running') progress.delete(id)
  }

  /**
   * Applies a change. Main sends each once; where one was missed, as while the page loaded, fetches the whole queue.
   */
  async function follow(delta: QueueDelta) {
    if (loading) missed.push(delta)
    else if (delta.revision === revision + 1) {
      tellIfEngineStopped(delta)
      take(applyDelta({ revision, items: [...items.value], paused: paused.value }, delta), delta)
    } else if (delta.revision > revision) await load()
  }

  function tellIfEngineStopped({ changed }: QueueDelta) {
    for (const item of changed) {
      const { id, state, error } = item.job
      const wasRunning = byId.value.get(id)?.job.state === 'running'
      if (!wasRunning || state !== 'failed' || error?.code !== 'engine-stopped') continue
      const { t } = i18n.global
      notices.show('error', t('queue.engineStopped'), t('queue.engineStoppedDetail', { name: nameOf(item) }))
    }
  }

  async function load() {
    loading = true
    const queue = await notices.attempt(() => call('queue.get'))
    loading = false
    if (queue) {
      const there = new Set(queue.items.map(({ job }) => job.id))
      take(queue, { changed: queue.items, removed: idsWhere(({ job }) => !there.has(job.id)) })
    }
    for (const delta of missed.splice(0)) await follow(delta)
  }

  function listen() {
    const stops = [
      on('queue.changed', (delta) => void follow(delta)),
      on('queue.progress', (event) => void progress.set(event.id, event.progress)),
      on('queue.pace', (told) => (pace.value = told)),
    ]
    return () => stops.forEach((stop) => stop())
  }

  const restorePhoto = (photo: string, settings: RestoreSettings, exportSettings: ExportSettings) =>
    notices.attempt(() => call('queue.restorePhoto', plain({ photo, settings, export: exportSettings })))
  const addBatch = (photos: string[], settings: RestoreSettings, exportSettings: ExportSettings) =>
    notices.attempt(() => call('queue.addBatch', plain({ photos, settings, export: exportSettings })))
  const cancel = (ids: string[]) => notices.attempt(() => call('queue.cancel', ids))
  const retry = (ids: string[]) => notices.attempt(() => call('queue.retry', ids))
  const remove = (ids: string[]) => notices.attempt(() => call('queue.remove', ids))
  const move = (ids: string[], before: string | null) =>
    notices.attempt(() => call('queue.move', { ids, before }))
  const adjust = (ids: string[], settings: RestoreSettings, exportSettings: ExportSettings) =>
    notices.attempt(() => call('queue.adjust', plain({ ids, settings, export: exportSettings })))
  const pause = () => notices.attempt(() => call('queue.pause'))
  const resume = () => notices.attempt(() => call('queue.resume'))
  const reveal = (id: string) => notices.attempt(() => call('results.reveal', id))

  /** Saves a job's result at a strength in per cent. Returns where; null where that was cancelled. */
  async function save(job: string, strength: number) {
    saving.value = true
    const path = await notices.attempt(() => call('results.save', { job, strength }))
    saving.value = false
    return path
  }

  const idsWhere = (matches: (item: QueueItem) => boolean) =>
    items.value.filter(matches).map(({ job }) => job.id)
  const cancelAll = () => cancel(idsWhere(({ job }) => isPending(job.state)))
  const retryFailed = () => retry(idsWhere(({ job }) => job.state === 'failed'))
  /** Keeps failed jobs: clearing eight hundred photos should not hide the three that failed. */
  const clearFinished = () => remove(idsWhere(({ job }) => job.state === 'done' || job.state === 'cancelled'))

  return {
    items,
    paused,
    progress,
    pace,
    saving,
    byId,
    totals,
    itemOf,
    resultOf,
    load,
    listen,
    restorePhoto,
    addBatch,
    cancel,
    retry,
    remove,
    move,
    adjust,
    pause,
    resume,
    reveal,
    save,
    cancelAll,
    retryFailed,
    clearFinished,
  }
})
