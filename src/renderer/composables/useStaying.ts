import { onBeforeUnmount, ref } from 'vue'

/** Milliseconds. */
const passesWithin = 100

/**
 * Whether something stays in sight: what comes into sight while one scrolls may be gone at once, and is not worth a picture
 * before it has stayed for a while.
 */
export function useStaying(passing: boolean) {
  const stays = ref(!passing)
  if (passing) {
    const wait = setTimeout(() => (stays.value = true), passesWithin)
    onBeforeUnmount(() => clearTimeout(wait))
  }
  return stays
}
