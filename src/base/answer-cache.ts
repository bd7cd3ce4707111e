import type { Clock } from './clock.ts'

interface Kept<T> {
  readonly value: T
  readonly untilMs: number
}

/** Keeps answers for a while; of more than `most`, those that were not asked for longest go. */
export class AnswerCache<T> {
  readonly #kept = new Map<string, Kept<T>>()
  readonly #clock: Clock
  readonly #most: number

  constructor(clock: Clock, most = 8192) {
    this.#clock = clock
    this.#most = most
  }

  get(key: string): T | undefined {
    const kept = this.#kept.get(key)
    if (kept === undefined) return undefined
    this.#kept.delete(key)
    if (kept.untilMs <= this.#clock.monotonic()) return undefined
    this.#kept.set(key, kept)
    return kept.value
  }

  set(key: string, value: T, forMs: number): void {
    this.#kept.delete(key)
    this.#kept.set(key, { value, untilMs: this.#clock.monotonic() + forMs })
    const [oldest] = this.#kept.keys()
    if (this.#kept.size > this.#most && oldest !== undefined) this.#kept.delete(oldest)
  }
}
