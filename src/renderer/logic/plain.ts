/** Copies a value without Vue's proxies, which the bridge cannot clone. */
export function plain<T>(value: T): T {
  return JSON.parse(JSON.stringify(value)) as T
}
