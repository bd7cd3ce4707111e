import { type Cancel, onCancel } from '#base/cancel'
import type { Clock } from '#base/clock'

/** A wait that can be cut short, even before it has begun. */
export class Pause {
  readonly #clock: Clock
  #shortMs: number | undefined
  #cut = (_ms: number) => {}

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** No longer than this from now on. */
  shorten(ms: number): void {
    this.#shortMs = ms
    this.#cut(ms)
  }

  /** Resolves when the time is over or the signal fires. */
  async over(ms: number, signal: Cancel): Promise<void> {
    if (signal.aborted) return
    await new Promise<void>((resolve) => {
      const done = () => {
        cancel()
        release()
        resolve()
      }
      let cancel = this.#clock.after(Math.min(ms, this.#shortMs ?? ms), done)
      const release = onCancel(signal, done)
      this.#cut = (soonMs) => {
        cancel()
        cancel = this.#clock.after(soonMs, done)
      }
    })
    this.#cut = () => {}
  }
}
