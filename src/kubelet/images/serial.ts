/** Runs tasks one after the other, in the order they came. */
export class Serial {
  #last: Promise<unknown> = Promise.resolve()

  /** What the task gives, once those before it are done. */
  run<T>(task: () => Promise<T>): Promise<T> {
    const result = this.#last.then(task, task)
    // A failed task does not stop those behind it; its own caller hears of it.
    this.#last = result.catch(() => undefined)
    return result
  }
}
