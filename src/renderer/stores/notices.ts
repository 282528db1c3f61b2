import { defineStore } from 'pinia'
import { ref } from 'vue'
import { CallError } from '../api'
import { i18n } from '../i18n'
import { errorText } from '../i18n/errorText'

export interface Notice {
  readonly id: number
  readonly tone: 'info' | 'warning' | 'error'
  readonly message: string
  readonly detail: string
}

/** How long an info message stays, in milliseconds; warnings and errors stay until they are dismissed. */
const infoStays = 6000

/** How many messages are shown; older ones are dropped, so that a series of failures does not cover the photo. */
const most = 3

/** Short messages to the user, among them those of failed calls. */
export const useNotices = defineStore('notices', () => {
  const list = ref<Notice[]>([])
  let last = 0

  function show(tone: Notice['tone'], message: string, detail = '') {
    const isSame = (other: Notice) => other.message === message && other.detail === detail
    const notice: Notice = { id: ++last, tone, message, detail }
    list.value = [...list.value.filter((other) => !isSame(other)), notice].slice(-most)
    if (tone === 'info') setTimeout(() => dismiss(notice.id), infoStays)
  }

  function dismiss(id: number) {
    list.value = list.value.filter((notice) => notice.id !== id)
  }

  function report(error: unknown) {
    if (error instanceof CallError) {
      // The user knows.
      if (error.code === 'cancelled') return
      const { message, detail } = errorText(error)
      show('error', message, detail)
      return
    }
    show('error', i18n.global.t('notice.unknown'), error instanceof Error ? error.message : String(error))
  }

  /** Awaits a call. Reports its failure to the user and returns undefined. */
  async function attempt<T>(call: () => Promise<T>): Promise<T | undefined> {
    try {
      return await call()
    } catch (error) {
      report(error)
      return undefined
    }
  }

  return { list, show, dismiss, report, attempt }
})
