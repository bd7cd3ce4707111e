import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { isStoreError } from '../contract.ts'

/** What upkeep does to the store it looks after. */
export interface Kept {
  revision(): number
  /** Forgets history before a revision, a little at a time. */
  compact(revision: number): Promise<void>
  compacted(): number
  /** Deletes the keys whose time has come; gives when the next will. */
  expire(nowMs: number): Promise<number | undefined>
}

/** How much history is kept. */
export interface HistoryLimits {
  readonly historyMs: number
  readonly historyMax: number
}

const tickMs = 10_000
/** Expiry is rounded up to this, so that many keys go together. */
const expiryGrainMs = 1000

/** The store's own timers: expiry of keys, and compaction by age and by count. */
export class Upkeep {
  readonly #clock: Clock
  readonly #log: Log
  readonly #kept: Kept
  readonly #limits: HistoryLimits
  /** Which revision was the newest when, oldest first. */
  #marks: { readonly atMs: number; readonly revision: number }[] = []
  #nextExpiryMs = Number.POSITIVE_INFINITY
  #cancelExpiry: () => void = () => {}
  #cancelTick: () => void = () => {}
  #stopped = false

  constructor(clock: Clock, log: Log, kept: Kept, limits: HistoryLimits) {
    this.#clock = clock
    this.#log = log
    this.#kept = kept
    this.#limits = limits
    this.#tick()
  }

  /** Sees to it that keys expire at this time. */
  expireAt(atMs: number): void {
    if (this.#stopped || atMs >= this.#nextExpiryMs) return
    this.#cancelExpiry()
    this.#nextExpiryMs = atMs
    const roundedMs = Math.ceil(atMs / expiryGrainMs) * expiryGrainMs
    const delayMs = Math.max(0, roundedMs - this.#clock.now())
    this.#cancelExpiry = this.#clock.after(delayMs, () => this.#expire(), { unref: true })
  }

  stop(): void {
    this.#stopped = true
    this.#cancelExpiry()
    this.#cancelTick()
  }

  #expire(): void {
    this.#nextExpiryMs = Number.POSITIVE_INFINITY
    this.#kept.expire(this.#clock.now()).then(
      (next) => {
        if (next !== undefined) this.expireAt(next)
      },
      (error: unknown) => {
        this.#log.warn('keys that have expired are still there', { error })
        this.expireAt(this.#clock.now() + tickMs)
      },
    )
  }

  #tick(): void {
    this.#cancelTick = this.#clock.after(
      tickMs,
      () => {
        this.#compact().then(
          () => this.#stopped || this.#tick(),
          () => {},
        )
      },
      { unref: true },
    )
  }

  async #compact(): Promise<void> {
    const nowMs = this.#clock.monotonic()
    const newest = this.#kept.revision()
    this.#marks.push({ atMs: nowMs, revision: newest })
    const old = this.#marks.findLastIndex(({ atMs }) => nowMs - atMs >= this.#limits.historyMs)
    const byAge = this.#marks[old]?.revision ?? 0
    this.#marks = this.#marks.slice(Math.max(0, old))
    const to = Math.max(byAge, newest - this.#limits.historyMax)
    if (to <= this.#kept.compacted()) return
    try {
      await this.#kept.compact(to)
    } catch (error) {
      // Somebody else may have compacted as far.
      if (!isStoreError(error, 'compacted')) this.#log.warn('compaction failed', { error })
    }
  }
}
