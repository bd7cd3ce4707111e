// What a row of the table is, and how its two sides are timed.

/** One side of a row: so much done in so many seconds, with the time of each in milliseconds. */
export interface Measured {
  readonly perSecond: number
  readonly p50Ms: number
  readonly p99Ms: number
}

/** A row: what we do, beside the least that anything doing the same on this machine must do, in the same run. */
export interface Row {
  readonly name: string
  /** What the floor is. */
  readonly floorName: string
  ours(seconds: number): Promise<Measured>
  floor(seconds: number): Promise<Measured>
}

/** Has `clients` do one thing after another for so long. */
export async function measure(
  clients: number,
  seconds: number,
  once: (client: number, i: number) => unknown,
): Promise<Measured> {
  const times: number[] = []
  const began = performance.now()
  const end = began + seconds * 1000
  const client = async (number: number) => {
    for (let i = 0; performance.now() < end; i++) {
      const before = performance.now()
      await once(number, i)
      times.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)))
  return summary(times, performance.now() - began)
}

/** Rate and percentiles of single times in milliseconds, taken over a span. */
export function summary(times: readonly number[], spanMs: number): Measured {
  const sorted = times.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
  return { perSecond: (times.length * 1000) / spanMs, p50Ms: at(0.5), p99Ms: at(0.99) }
}
