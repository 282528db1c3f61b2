/**
 * Runs a few tasks at a time, and of those that wait the latest first: a user who scrolls through ten thousand photos
 * wants those in sight, not those scrolled past.
 */
export class LatestFirst {
  private readonly waiting: (() => void)[] = []
  private running = 0

  constructor(private readonly most: number) {}

  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.running >= this.most) await new Promise<void>((resolve) => this.waiting.push(resolve))
    else this.running += 1
    try {
      return await task()
    } finally {
      // The slot is handed on directly, so that no new task takes it in between.
      const next = this.waiting.pop()
      if (next) next()
      else this.running -= 1
    }
  }
}
