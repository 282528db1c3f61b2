import { defineStore } from 'pinia'
import { ref, shallowRef } from 'vue'
import type { Progress } from '../../shared/job'
import type { Importable, Model } from '../../shared/models'
import { call, CallError, callWithFiles, on } from '../api'
import { useNotices } from './notices'

/** The stages of importing a model. */
export type Import =
  | { stage: 'reading' }
  | { stage: 'found'; found: Importable }
  | { stage: 'importing'; found: Importable }
  | { stage: 'done'; model: Model }
  | { stage: 'failed'; error: CallError }

/** The installed models, and the import of another. */
export const useModels = defineStore('models', () => {
  const notices = useNotices()
  const list = shallowRef<readonly Model[]>([])
  const loaded = shallowRef(false)
  const importing = shallowRef<Import | null>(null)
  const progress = ref<Progress>({ done: 0, total: 0 })

  async function load() {
    list.value = (await notices.attempt(() => call('models.list'))) ?? []
    loaded.value = true
  }

  /** Reads what model a file or folder holds. */
  async function inspect(read: () => Promise<Importable | null>) {
    const before = importing.value
    importing.value = { stage: 'reading' }
    try {
      const found = await read()
      importing.value = found ? { stage: 'found', found } : before
    } catch (error) {
      importing.value = failed(error)
    }
  }
  const chooseFile = () => inspect(() => call('models.chooseFile'))
  const chooseFolder = () => inspect(() => call('models.chooseFolder'))
  const inspectDrop = (file: File) => inspect(() => callWithFiles('models.inspectDropped', [file]))

  /** `kept`: how many experts are kept; left out, as the file suggests. */
  async function start(name: string, licence: string, kept?: number) {
    const now = importing.value
    if (now?.stage !== 'found') return
    progress.value = { done: 0, total: 0 }
    importing.value = { stage: 'importing', found: now.found }
    try {
      const model = await call('models.import', { ticket: now.found.ticket, name, licence, kept })
      await load()
      importing.value = { stage: 'done', model }
    } catch (error) {
      const cancelled = error instanceof CallError && error.code === 'cancelled'
      importing.value = cancelled ? now : failed(error)
    }
  }
  const cancel = () => notices.attempt(() => call('models.cancelImport'))
  function dismiss() {
    importing.value = null
  }

  async function remove(id: string) {
    await notices.attempt(() => call('models.remove', id))
    await load()
  }

  const listen = () => on('models.importing', (now) => (progress.value = now))

  return {
    list,
    loaded,
    importing,
    progress,
    load,
    chooseFile,
    chooseFolder,
    inspectDrop,
    start,
    cancel,
    dismiss,
    remove,
    listen,
  }
})

function failed(error: unknown): Import {
  if (error instanceof CallError) return { stage: 'failed', error }
  throw error
}
