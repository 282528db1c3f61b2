/**
 * Does a few things at a time, and of those that wait the latest first: whoever scrolls through ten thousand photos wants
 * the ones in sight, not the ones passed by.
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
      // The place goes from one to the next, so that nobody slips in between.
      const next = this.waiting.pop()
      if (next) next()
      else this.running -= 1
    }
  }
}
