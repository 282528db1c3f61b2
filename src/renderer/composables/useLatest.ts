import { shallowRef, watch } from 'vue'

/** Loads the value for a key whenever the key changes; undefined while loading and where that failed. */
export function useLatest<K, T>(key: () => K | undefined, load: (key: K) => Promise<T>) {
  const value = shallowRef<T>()
  watch(
    key,
    async (now) => {
      value.value = undefined
      if (now === undefined) return
      const loaded = await load(now).catch(() => undefined)
      // The key may have changed meanwhile.
      if (key() === now) value.value = loaded
    },
    { immediate: true },
  )
  return value
}
