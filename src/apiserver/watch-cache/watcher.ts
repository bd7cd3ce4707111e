import { ApiError, isApiError } from '#base/errors'
import type { Sink } from '#base/http'
import type { Call } from '../call.ts'
import { keepBookmarking } from './bookmarks.ts'
import type { History } from './change.ts'
import type { Entry } from './entry.ts'
import { EventBlocks } from './event-blocks.ts'
import { Fan, type FanMember } from './fan.ts'
import type { WatchView } from './view.ts'

/** A watcher that takes nothing for this long, while there is something for it, is cut off; it comes back and resumes. */
const stalledMs = 10_000
const initialEventsEnd = { 'k8s.io/initial-events-end': 'true' } as const

/** With what a watch begins. */
export interface WatchStart {
  /** Told first, as it was at `revision`. */
  readonly initial: Iterable<readonly [string, Entry]>
  /** Told after the initial events: that these were all. */
  readonly endsInitial: boolean
  readonly revision: number
}

/** What a watcher is made of. */
export interface WatcherParts {
  readonly call: Call
  readonly view: WatchView
  /** Watchers with the same key see the same. */
  readonly fanKey: string
  readonly sink: Sink
  readonly timeoutMs: number
  readonly bookmarks: boolean
}

/**
 * One open watch. Invariant: events go out in the order of revisions, each once, none left out; a bookmark's revision is
 * never ahead of the events before it.
 *
 * Nothing is kept for a reader that is slow, but the revision up to which it has been told: what comes after is fetched
 * from the history of the cache when there is room again.
 *
 *   catching up --all told--> live --no room--> catching up;  any --cut off, end--> over
 */
export class Watcher implements FanMember {
  readonly #parts: WatcherParts
  readonly #sink: Sink
  readonly #ends: (() => void)[] = []
  readonly #drained = () => this.#hasRoom()
  /** What is to be sent before the watcher is live. */
  #source: EventBlocks | undefined
  #isLive = false
  #isBlocked = false
  #isOver = false
  #isGone = false
  /** Everything up to this revision has been told. */
  #sent = 0
  #cancelStall: (() => void) | undefined

  constructor(parts: WatcherParts) {
    this.#parts = parts
    this.#sink = parts.sink
    const { core, kind } = parts.call
    const { metrics } = core.server()
    metrics.watchers(kind.plural, 1)
    this.#ends.push(() => metrics.watchers(kind.plural, -1))
    const { clock } = core.parts
    this.#ends.push(clock.after(parts.timeoutMs, () => this.end(), { unref: true }))
    this.#ends.push(() => this.#cancelStall?.())
    if (parts.bookmarks) {
      this.#ends.push(keepBookmarking(core.parts, parts.timeoutMs, () => this.#bookmark()))
    }
    this.#sink.onClose(() => {
      this.#isGone = true
      this.end()
    })
  }

  /** Sends what comes first and listens from this very moment on. */
  start(start: WatchStart): void {
    const { call, view, fanKey } = this.#parts
    this.#sent = start.revision
    this.#source = new EventBlocks(this.#beginning(start))
    this.#ends.push(Fan.join(call.resource.cache, fanKey, view, this))
    this.#catchUp()
  }

  take(bytes: Uint8Array | undefined, after: number, revision: number): void {
    if (this.#isLive) this.#sent = bytes === undefined ? after : revision
    if (this.#isLive && bytes !== undefined) this.#write(bytes)
    else if (this.#isBlocked) this.#awaitRoom()
    else this.#catchUp()
  }

  reset(): void {
    this.fail(this.#expired())
  }

  /** Sends an error event, where one can stand, and ends. */
  fail(error: unknown): void {
    const refusal = isApiError(error)
      ? error
      : new ApiError('InternalError', 'Internal error occurred: watch failed', { cause: error })
    if (!this.#isOver && !this.#source?.isWithinEvent) {
      this.#sink.write(this.#parts.view.encoder.error(refusal))
    }
    this.end()
  }

  end(): void {
    if (this.#isOver) return
    if (this.#source?.isWithinEvent) {
      this.#cutOff()
      return
    }
    this.#close()
    this.#sink.end()
    if (this.#isGone) return
    // What has been written is kept for the reader for a while only.
    const { clock } = this.#parts.call.core.parts
    this.#sink.onClose(clock.after(stalledMs, () => this.#sink.cut(), { unref: true }))
  }

  #close(): void {
    this.#isOver = true
    this.#source = undefined
    for (const end of this.#ends) end()
  }

  #expired(): ApiError {
    const { feed } = this.#parts.call.core
    return new ApiError('Expired', `too old resource version: ${this.#sent} (${feed.revision})`)
  }

  /** Sends what this watcher has not been told, as far as there is room. */
  #catchUp(): void {
    const { feed } = this.#parts.call.core
    this.#isLive = false
    try {
      while (!this.#isBlocked && !this.#isOver) {
        this.#source ??= new EventBlocks(this.#missed())
        const block = this.#source.next()
        if (block !== undefined) {
          this.#write(block)
          continue
        }
        this.#source = undefined
        if (this.#sent < this.#history.start) throw this.#expired()
        if (this.#history.next(this.#sent) !== undefined) continue
        // A watch from a revision to come is told nothing of what is before it.
        this.#isLive = feed.revision >= this.#sent
        return
      }
    } catch (error) {
      this.fail(error)
    }
  }

  get #history(): History {
    return this.#parts.call.resource.cache.history
  }

  *#beginning({ initial, endsInitial, revision }: WatchStart): Generator<readonly Uint8Array[]> {
    const { view } = this.#parts
    for (const [, entry] of initial) yield view.initial(entry) ?? []
    if (endsInitial) yield [view.encoder.bookmark(revision, initialEventsEnd)]
  }

  /** The events after the last that was told, as far as they are known. */
  *#missed(): Generator<readonly Uint8Array[]> {
    while (this.#sent >= this.#history.start) {
      const change = this.#history.next(this.#sent)
      if (change === undefined) return
      this.#sent = change.revision
      yield this.#parts.view.event(change) ?? []
    }
  }

  #write(bytes: Uint8Array): void {
    if (this.#isOver || this.#sink.write(bytes)) return
    this.#isBlocked = true
    this.#isLive = false
    this.#sink.onDrain(this.#drained)
  }

  #hasRoom(): void {
    this.#isBlocked = false
    this.#cancelStall?.()
    this.#cancelStall = undefined
    if (!this.#isOver) this.#catchUp()
  }

  /** Gives a reader that is owed something some time to make room. */
  #awaitRoom(): void {
    if (this.#cancelStall !== undefined) return
    const { clock } = this.#parts.call.core.parts
    this.#cancelStall = clock.after(stalledMs, () => this.#cutOff(), { unref: true })
  }

  #cutOff(): void {
    if (this.#isOver) return
    this.#close()
    this.#sink.cut()
  }

  /** Everything up to the feed's revision has been told to this watcher, so that revision is true. */
  #bookmark(): void {
    const { revision } = this.#parts.call.core.feed
    if (revision <= 0 || this.#isBlocked || this.#isOver) return
    this.#sent = Math.max(this.#sent, revision)
    this.#write(this.#parts.view.encoder.bookmark(this.#sent))
  }
}
