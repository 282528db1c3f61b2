import { onBeforeUnmount, ref } from 'vue'

/** Milliseconds in sight that count as staying. */
const passesWithin = 100

/**
 * Whether something stays in sight. What appears during scrolling may be gone at once, and gets a picture only once it
 * has stayed for a while.
 */
export function useStaying(passing: boolean) {
  const stays = ref(!passing)
  if (passing) {
    const wait = setTimeout(() => (stays.value = true), passesWithin)
    onBeforeUnmount(() => clearTimeout(wait))
  }
  return stays
}
