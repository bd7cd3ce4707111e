/** Lets through so many a second on average, and so many at once. */
export class TokenBucket {
  readonly #perMs: number
  readonly #most: number
  #tokens: number
  #atMs: number

  constructor(perSecond: number, burst: number, nowMs: number) {
    this.#perMs = perSecond / 1000
    this.#most = burst
    this.#tokens = burst
    this.#atMs = nowMs
  }

  /** True when one more may pass now. */
  take(nowMs: number): boolean {
    const passedMs = Math.max(0, nowMs - this.#atMs)
    this.#tokens = Math.min(this.#most, this.#tokens + passedMs * this.#perMs)
    this.#atMs = nowMs
    if (this.#tokens < 1) return false
    this.#tokens--
    return true
  }
}
