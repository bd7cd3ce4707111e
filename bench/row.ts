// What a row of the table is.
import type { Bench } from './bench.ts'

/** One side of a row. */
export interface Measured {
  /** So many a second, or the row's own unit. */
  readonly value: number
  readonly p50Ms?: number
  readonly p99Ms?: number
  /** Processor time of the server for each operation, all its threads together. */
  readonly cpuMicros?: number
  /** Answers that were no success. */
  readonly errors?: number
}

/** A row: what we do, beside the least that anything doing the same on this machine must do, in the same run. */
export interface Row {
  readonly name: string
  /** What the floor is. */
  readonly floorName: string
  /** `/s` unless said otherwise; of the others less is better. */
  readonly unit?: 'MiB' | 'ms'
  /** Needs the process of the server, not only its address. */
  readonly needsProcess?: boolean
  ours(bench: Bench, seconds: number): Promise<Measured>
  floor?(bench: Bench, seconds: number): Promise<Measured>
}

/** The value below which that share of the sorted values lies. */
export const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? 0
