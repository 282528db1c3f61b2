/** An LRU cache of a few values. Two calls for a key whose value is still being made share the work. */
export class RecentCache<T> {
  private readonly kept = new Map<string, Promise<T>>()

  /** most: how many are kept; letGo: called with each value that is dropped for a newer one. */
  constructor(
    private readonly most: number,
    private readonly letGo: (thing: T) => void,
  ) {}

  get(key: string, make: () => Promise<T>): Promise<T> {
    const known = this.kept.get(key)
    if (known) {
      // The order of the map is the order of use.
      this.kept.delete(key)
      this.kept.set(key, known)
      return known
    }
    const made = make()
    this.kept.set(key, made)
    made.catch(() => this.kept.get(key) === made && this.kept.delete(key))
    this.trim()
    return made
  }

  private trim(): void {
    for (const [key, thing] of this.kept) {
      if (this.kept.size <= this.most) return
      this.kept.delete(key)
      thing.then(this.letGo).catch(() => undefined)
    }
  }
}
