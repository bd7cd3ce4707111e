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

/** How much history is kept: no more than any of these allows. */
export interface HistoryLimits {
  readonly historyMs: number
  readonly historyMax: number
  readonly historyBytesMax: number
}

const tickMs = 10_000
/** Expiry is rounded up to this, so that many keys go together. */
const expiryGrainMs = 1000

/** The store's own timers: expiry of keys, and compaction by age, by count and by bytes. */
export class Upkeep {
  readonly #clock: Clock
  readonly #log: Log
  readonly #kept: Kept
  readonly #limits: HistoryLimits
  /** Which revision was the newest when, and how many bytes had been written since the start, oldest first. */
  #marks: { readonly atMs: number; readonly revision: number; readonly writtenBytes: number }[] = []
  #writtenBytes = 0
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

  /** Notes that values have been written. */
  wrote(bytes: number): void {
    this.#writtenBytes += bytes
    const newestBytes = this.#marks.at(-1)?.writtenBytes ?? 0
    // So many marks that history is cut to within an eighth of what is allowed.
    if (this.#writtenBytes - newestBytes > this.#limits.historyBytesMax / 8) this.#mark()
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

  #mark(): void {
    const atMs = this.#clock.monotonic()
    this.#marks.push({ atMs, revision: this.#kept.revision(), writtenBytes: this.#writtenBytes })
  }

  async #compact(): Promise<void> {
    this.#mark()
    const nowMs = this.#clock.monotonic()
    const { historyMs, historyMax, historyBytesMax } = this.#limits
    const old = this.#marks.findLastIndex(
      ({ atMs, writtenBytes }) =>
        nowMs - atMs >= historyMs || this.#writtenBytes - writtenBytes >= historyBytesMax,
    )
    const byMark = this.#marks[old]?.revision ?? 0
    this.#marks = this.#marks.slice(Math.max(0, old))
    const to = Math.max(byMark, this.#kept.revision() - historyMax)
    if (to <= this.#kept.compacted()) return
    try {
      await this.#kept.compact(to)
    } catch (error) {
      // Somebody else may have compacted as far.
      if (!isStoreError(error, 'compacted')) this.#log.warn('compaction failed', { error })
    }
  }
}
