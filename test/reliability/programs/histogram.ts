const growth = Math.log(1.02)

/** Counts of durations in steps of 2 %. */
export class Histogram {
  readonly #counts = new Uint32Array(1200)
  #total = 0

  /** Counts one duration. */
  add(ms: number): void {
    const step = Math.floor(Math.log(Math.max(ms, 0.001) * 1000) / growth)
    const at = Math.min(step, this.#counts.length - 1)
    this.#counts[at] = (this.#counts[at] as number) + 1
    this.#total++
  }

  /** The duration below which this share lies. */
  at(share: number): number {
    let left = this.#total * share
    for (let step = 0; step < this.#counts.length; step++) {
      left -= this.#counts[step] as number
      if (left <= 0) return Math.round(Math.exp((step + 1) * growth)) / 1000
    }
    return Number.POSITIVE_INFINITY
  }
}
