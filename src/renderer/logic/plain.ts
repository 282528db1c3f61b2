/** A copy without Vue's proxies, which the bridge cannot carry. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
