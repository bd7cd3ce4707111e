import type { Clock } from '#base/clock'
import type { Log } from '#base/log'
import { StoreError, type StoreEvent, type Watch, type Watcher, isStoreError } from '../contract.ts'
import type { Endpoints } from './endpoints.ts'
import { Feed } from './feed.ts'

// Etcd before 3.4.25 and 3.5.8 may answer a progress request before it has sent the changes that the answer covers
// (etcd issue 15220), so we ask for none. One feed carries every change under the whole prefix; a change that it has
// told at revision R proves that it has told all before R. When somebody needs R and nothing under the prefix was
// written at R, we write there ourselves, to a key that no resource uses, and wait until that comes by.

/** What the hub asks of its store. */
export interface HubParts {
  readonly endpoints: Endpoints
  readonly clock: Clock
  readonly log: Log
  readonly prefix: string
  /** Etcd's newest revision, by a linearizable read. */
  readonly revision: () => Promise<number>
  /** Writes the barrier key. */
  readonly writeBarrier: () => Promise<void>
}

const barrierDelayMs = 50
const retryMs = 1000

/** The one feed of a store, and the watches that it serves. */
export class WatchHub {
  readonly parts: HubParts
  readonly #watches = new Set<EtcdWatch>()
  readonly #waiting = new Set<{ readonly revision: number; readonly done: () => void }>()
  #feed: Feed | undefined
  #cancelBarrier: (() => void) | undefined
  #cancelRetry: () => void = () => {}
  #closed = false

  constructor(parts: HubParts) {
    this.parts = parts
    this.#start()
  }

  /** Up to where the feed has told everything; undefined while etcd has not been reached yet. */
  get delivered(): number | undefined {
    return this.#feed?.delivered
  }

  /** Adds a watch; it begins when the feed does. */
  add(prefix: string, revision: number, watcher: Watcher): Watch {
    const watch = new EtcdWatch(this, prefix, revision, watcher, () => this.#watches.delete(watch))
    this.#watches.add(watch)
    if (this.#closed) queueMicrotask(() => watch.end(new StoreError('unavailable', 'the store is closed')))
    else if (this.#feed) watch.begin()
    return watch
  }

  /** Resolves when the feed has told everything up to a revision. */
  reach(revision: number): Promise<void> {
    if ((this.delivered ?? -1) >= revision) return Promise.resolve()
    return new Promise((resolve) => {
      this.#waiting.add({ revision, done: resolve })
      this.#armBarrier()
    })
  }

  /** Has something written under the prefix, so that feeds have something to tell. */
  nudge(): void {
    this.parts
      .writeBarrier()
      .catch((error: Error) => this.parts.log.v(1, 'the barrier was not written', { error: error.message }))
  }

  close(): void {
    this.#closed = true
    this.#cancelRetry()
    this.#cancelBarrier?.()
    this.#feed?.close()
    for (const watch of this.#watches) watch.close()
  }

  #start(): void {
    this.parts.revision().then(
      (revision) => {
        if (this.#closed) return
        this.#feed = new Feed(this.parts, revision, {
          events: (batch) => this.#take(batch),
          ended: (error) => this.#restart(error),
        })
        for (const watch of this.#watches) watch.begin()
        this.#settleWaiting()
      },
      (error: Error) => {
        if (this.#closed) return
        this.parts.log.v(1, 'etcd does not answer', { error: error.message })
        this.#cancelRetry = this.parts.clock.after(retryMs, () => this.#start())
      },
    )
  }

  /** The feed was away for longer than etcd keeps history: its watches have missed something. */
  #restart(error: StoreError): void {
    this.#feed = undefined
    for (const watch of this.#watches) watch.end(error)
    if (!this.#closed) this.#start()
  }

  #take(batch: readonly StoreEvent[]): void {
    for (const watch of this.#watches) watch.take(batch)
    this.#settleWaiting()
  }

  #settleWaiting(): void {
    const delivered = this.delivered ?? -1
    for (const one of this.#waiting) {
      if (one.revision > delivered) continue
      this.#waiting.delete(one)
      one.done()
    }
    if (this.#waiting.size > 0) this.#armBarrier()
  }

  #armBarrier(): void {
    if (this.#cancelBarrier || this.#closed) return
    this.#cancelBarrier = this.parts.clock.after(
      barrierDelayMs,
      () => {
        this.#cancelBarrier = undefined
        if (this.#waiting.size === 0) return
        this.nudge()
        this.#armBarrier()
      },
      { unref: true },
    )
  }
}

/** One reader: first from a feed of its own when it begins in the past, then from the hub's. */
class EtcdWatch implements Watch {
  readonly #hub: WatchHub
  readonly #prefix: string
  readonly #watcher: Watcher
  readonly #forget: () => void
  #delivered: number
  #phase: 'waiting' | 'catchingUp' | 'live' | 'over' = 'waiting'
  #past: Feed | undefined
  #progressAsked = false
  #asking = false

  constructor(hub: WatchHub, prefix: string, revision: number, watcher: Watcher, forget: () => void) {
    this.#hub = hub
    this.#prefix = prefix
    this.#delivered = revision
    this.#watcher = watcher
    this.#forget = forget
  }

  begin(): void {
    if (this.#phase !== 'waiting') return
    if (this.#delivered === 0) {
      this.#hub.parts.revision().then(
        (revision) => {
          this.#delivered = revision
          this.#join()
        },
        (error: unknown) => this.end(isStoreError(error) ? error : undefined),
      )
    } else this.#join()
  }

  requestProgress(): void {
    this.#progressAsked = true
    if (this.#phase === 'live' && !this.#asking) void this.#answerProgress()
  }

  close(): void {
    this.end(undefined)
  }

  end(error: StoreError | undefined): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#past?.close()
    this.#forget()
    this.#watcher.ended(error)
  }

  /** Changes from the hub's feed. */
  take(batch: readonly StoreEvent[]): void {
    if (this.#phase === 'live') this.#deliver(batch)
  }

  #join(): void {
    if (this.#phase !== 'waiting') return
    if (this.#delivered >= (this.#hub.delivered ?? 0)) {
      this.#goLive()
      return
    }
    this.#phase = 'catchingUp'
    this.#past = new Feed(this.#hub.parts, this.#delivered, {
      events: (batch) => this.#takePast(batch),
      ended: (error) => this.end(error),
    })
    // Where the hub's feed began there may be no change to meet it at.
    this.#hub.nudge()
  }

  #takePast(batch: readonly StoreEvent[]): void {
    if (this.#phase !== 'catchingUp') return
    this.#deliver(batch)
    if (this.#delivered < (this.#hub.delivered ?? 0)) return
    this.#past?.close()
    this.#past = undefined
    if (this.#phase === 'catchingUp') this.#goLive()
  }

  #goLive(): void {
    this.#phase = 'live'
    if (this.#progressAsked && !this.#asking) void this.#answerProgress()
  }

  #deliver(batch: readonly StoreEvent[]): void {
    const newest = (batch.at(-1) as StoreEvent).revision
    const fresh = batch.filter(
      ({ key, revision }) => revision > this.#delivered && key.startsWith(this.#prefix),
    )
    this.#delivered = Math.max(this.#delivered, newest)
    if (fresh.length > 0) this.#watcher.events(fresh, newest)
  }

  async #answerProgress(): Promise<void> {
    this.#asking = true
    while (this.#progressAsked && this.#phase === 'live') {
      this.#progressAsked = false
      try {
        const revision = await this.#hub.parts.revision()
        await this.#hub.reach(revision)
        if ((this.#phase as string) === 'live') this.#watcher.progress(revision)
      } catch (error) {
        this.#hub.parts.log.v(1, 'no progress was told', { error: (error as Error).message })
      }
    }
    this.#asking = false
  }
}
