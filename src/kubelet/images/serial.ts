/** Runs tasks in the order they came, so many at a time. */
export class Serial {
  readonly #most: number
  readonly #waiting: (() => void)[] = []
  #running = 0

  constructor(most = 1) {
    this.#most = most
  }

  /** What the task gives, once there is room for it. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#most) await new Promise<void>((resolve) => this.#waiting.push(resolve))
    else this.#running++
    try {
      return await task()
    } finally {
      // A failed task does not stop those behind it: its place goes to the next one.
      const next = this.#waiting.shift()
      if (next) next()
      else this.#running--
    }
  }
}
