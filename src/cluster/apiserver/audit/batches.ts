import type { AuditEvent, AuditSink } from '#apiserver'
import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import type { BatchSettings } from './settings.ts'

/** Hands over events, in their order. Rejects when they could not be kept. */
export type Deliver = (events: readonly AuditEvent[]) => Promise<void>

/** Gathers events and hands them over later, many at once; requests wait for nothing. */
export class Batches implements AuditSink {
  readonly #settings: BatchSettings
  readonly #deliver: Deliver
  readonly #clock: Clock
  readonly #log: Log
  #waiting: AuditEvent[] = []
  #cancelTimer: (() => void) | undefined
  #sending: Promise<void> | undefined
  #tokens: number
  #tokensAt: number
  #dropped = 0

  constructor(settings: BatchSettings, deliver: Deliver, clock: Clock, log: Log) {
    this.#settings = settings
    this.#deliver = deliver
    this.#clock = clock
    this.#log = log
    this.#tokens = settings.burst
    this.#tokensAt = clock.monotonic()
  }

  take(event: AuditEvent): undefined {
    if (this.#waiting.length >= this.#settings.bufferMax) return this.#drop()
    this.#waiting.push(event)
    if (this.#waiting.length >= this.#settings.sizeMax) this.#send()
    else this.#cancelTimer ??= this.#clock.after(this.#settings.waitMs, () => this.#send(), { unref: true })
  }

  /** Hands over what waits. */
  async close(): Promise<void> {
    this.#cancelTimer?.()
    await this.#sending
    while (this.#waiting.length > 0) await this.#sendOne()
  }

  #drop(): undefined {
    if (this.#dropped++ % 1000 === 0)
      this.#log.error('Audit events are dropped: too many wait', { dropped: this.#dropped })
  }

  #send(): void {
    this.#cancelTimer?.()
    this.#cancelTimer = undefined
    this.#sending ??= this.#sendAll().finally(() => {
      this.#sending = undefined
    })
  }

  async #sendAll(): Promise<void> {
    do {
      await this.#permit()
      await this.#sendOne()
    } while (this.#waiting.length >= this.#settings.sizeMax)
    // What has come meanwhile waits for others, as the first did.
    if (this.#waiting.length > 0)
      this.#cancelTimer ??= this.#clock.after(this.#settings.waitMs, () => this.#send(), { unref: true })
  }

  async #sendOne(): Promise<void> {
    const events = this.#waiting.splice(0, this.#settings.sizeMax)
    try {
      await this.#deliver(events)
    } catch (error) {
      this.#log.error('Audit events are lost', { count: events.length, err: (error as Error).message })
    }
  }

  /** Waits until another batch may go. */
  async #permit(): Promise<void> {
    const { perSecond, burst } = this.#settings
    if (perSecond <= 0) return
    const now = this.#clock.monotonic()
    this.#tokens = Math.min(burst, this.#tokens + ((now - this.#tokensAt) / 1000) * perSecond) - 1
    this.#tokensAt = now
    if (this.#tokens >= 0) return
    const waitMs = (-this.#tokens / perSecond) * 1000
    await new Promise<void>((resolve) => void this.#clock.after(waitMs, resolve, { unref: true }))
  }
}
