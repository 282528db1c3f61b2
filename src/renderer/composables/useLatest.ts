import { shallowRef, watch } from 'vue'

/** What belongs to a key, loaded anew whenever that changes; undefined meanwhile, and where it cannot be had. */
export function useLatest<K, T>(key: () => K | undefined, load: (key: K) => Promise<T>) {
  const value = shallowRef<T>()
  watch(
    key,
    async (now) => {
      value.value = undefined
      if (now === undefined) return
      const loaded = await load(now).catch(() => undefined)
      // Meanwhile something else may be wanted.
      if (key() === now) value.value = loaded
    },
    { immediate: true },
  )
  return value
}
