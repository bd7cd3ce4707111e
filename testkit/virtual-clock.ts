import type { Clock } from '#base/clock'

interface Timer {
  readonly at: number
  readonly order: number
  readonly run: () => void
}

/** A clock that stands still until the test moves it. */
export class VirtualClock implements Clock {
  #nowMs: number
  readonly #startMs: number
  #made = 0
  readonly #timers = new Set<Timer>()

  constructor(startMs: number = Date.UTC(2026, 0, 2, 3, 4, 5)) {
    this.#nowMs = startMs
    this.#startMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  monotonic(): number {
    return this.#nowMs - this.#startMs
  }

  after(delayMs: number, run: () => void): () => void {
    const timer = { at: this.#nowMs + Math.max(0, delayMs), order: this.#made++, run }
    this.#timers.add(timer)
    return () => void this.#timers.delete(timer)
  }

  /** How many timers wait. */
  get waiting(): number {
    return this.#timers.size
  }

  /** Moves time on; timers that come due run in order, and what they start is let finish before the next one. */
  async advance(byMs: number): Promise<void> {
    const until = this.#nowMs + byMs
    for (let next = this.#next(until); next !== undefined; next = this.#next(until)) {
      this.#timers.delete(next)
      this.#nowMs = next.at
      next.run()
      await settled()
    }
    this.#nowMs = until
    await settled()
  }

  #next(until: number): Timer | undefined {
    let first: Timer | undefined
    for (const timer of this.#timers) {
      if (timer.at > until) continue
      if (!first || timer.at < first.at || (timer.at === first.at && timer.order < first.order)) first = timer
    }
    return first
  }
}

/** Lets everything that waits for nothing but this process's own promises go on. */
export async function settled(): Promise<void> {
  for (let i = 0; i < 3; i++) await new Promise((resolve) => setImmediate(resolve))
}
