/** The last few things that were made, by key. Whoever asks for one that is being made waits for the same one. */
export class RecentCache<T> {
  private readonly kept = new Map<string, Promise<T>>()

  /** most: how many are kept; letGo: called with each that makes way for a newer one. */
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
