import { ApiError, isApiError } from '#base/errors'
import type { Sink } from '#base/http'
import type { Call } from '../call.ts'
import type { ReadOptions } from '../options.ts'
import type { Selection } from '../selection.ts'
import type { Change } from './change.ts'
import type { WatchEncoder } from './encoder.ts'
import { atRevision, type Entry } from './entry.ts'

/** A watcher that reads so slowly that this much waits for it is cut off; it comes back and resumes. */
const waitingBytesMax = 1 << 20
const bookmarkEveryMs = 60_000
/** A last bookmark this long before the time is up, so that the next watch starts close to now. */
const bookmarkBeforeEndMs = 2_000
const initialEventsEnd = { 'k8s.io/initial-events-end': 'true' } as const

/**
 * One open watch. Invariant: events go out in the order of revisions, each once, none left out; a bookmark's revision is
 * never ahead of the events before it.
 */
export class Watcher {
  readonly #call: Call
  readonly #options: ReadOptions
  readonly #selection: Selection
  readonly #sink: Sink
  readonly #encoder: WatchEncoder
  readonly #prefix: string
  readonly #ends: (() => void)[] = []
  #waiting: Buffer[] = []
  #waitingBytes = 0
  #isBlocked = false
  #isOver = false
  /** The revision from which the client asked to be told. */
  #after = 0
  #sent = 0

  constructor(parts: {
    call: Call
    options: ReadOptions
    selection: Selection
    sink: Sink
    timeoutMs: number
    encoder: WatchEncoder
  }) {
    this.#call = parts.call
    this.#options = parts.options
    this.#selection = parts.selection
    this.#sink = parts.sink
    this.#encoder = parts.encoder
    this.#prefix = parts.call.resource.prefixOf(parts.call.info.namespace)
    const { core, kind } = parts.call
    const { metrics } = core.server()
    metrics.watchers(kind.plural, 1)
    this.#ends.push(() => metrics.watchers(kind.plural, -1))
    const { clock } = core.parts
    this.#ends.push(clock.after(parts.timeoutMs, () => this.end(), { unref: true }))
    if (parts.options.bookmarks) this.#keepBookmarking(parts.timeoutMs)
    this.#sink.onClose(() => this.end())
    this.#sink.onDrain(() => this.#drained())
  }

  /** Sends what comes first and listens from this very moment on. */
  start(beginning: { initial: readonly Entry[]; changes: readonly Change[]; revision: number }): void {
    const { core, resource } = this.#call
    this.#after = beginning.revision
    this.#sent = beginning.revision
    const initial = beginning.initial.filter((entry) => this.#selection.matches(entry))
    this.#write(initial.map((entry) => this.#encoder.entry('ADDED', entry)))
    if (this.#options.sendInitialEvents === true && this.#options.bookmarks) {
      this.#write([this.#encoder.bookmark(beginning.revision, initialEventsEnd)])
    }
    this.#told(beginning.changes)
    this.#ends.push(
      resource.cache.listen(
        (changes) => this.#told(changes),
        () =>
          this.fail(
            new ApiError('Expired', `too old resource version: ${this.#sent} (${core.feed.revision})`),
          ),
        () => this.end(),
      ),
    )
  }

  /** Sends an error event and ends. */
  fail(error: unknown): void {
    const refusal = isApiError(error)
      ? error
      : new ApiError('InternalError', 'Internal error occurred: watch failed', { cause: error })
    if (!this.#isOver) this.#sink.write(this.#encoder.error(refusal))
    this.end()
  }

  end(): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const end of this.#ends) end()
    this.#sink.end()
  }

  #told(changes: readonly Change[]): void {
    const events: Buffer[] = []
    for (const change of changes) {
      // A watch from a revision to come tells nothing of what is before it.
      if (change.revision <= this.#after) continue
      this.#sent = change.revision
      const event = this.#eventOf(change)
      if (event !== undefined) events.push(event)
    }
    this.#write(events)
  }

  /** What a change is to this watcher: by its selectors an object may appear or vanish. */
  #eventOf(change: Change): Buffer | undefined {
    const { entry, previous, type } = change
    if (!entry.key.startsWith(this.#prefix)) return undefined
    if (this.#selection.isEverything) return this.#encoder.change(change, type, entry)
    const was = previous !== undefined && this.#selection.matches(previous)
    const is = type !== 'DELETED' && this.#selection.matches(entry)
    if (is) return this.#encoder.change(change, was ? 'MODIFIED' : 'ADDED', entry)
    return was ? this.#encoder.change(change, 'DELETED', this.#lastSeen(change)) : undefined
  }

  /** The object as this watcher last had it, with the revision at which it went out of sight. */
  #lastSeen({ type, entry, previous }: Change): Entry {
    if (type === 'DELETED' || previous === undefined) return entry
    return atRevision(previous, entry.revision)
  }

  #write(events: readonly Buffer[]): void {
    if (events.length === 0 || this.#isOver) return
    const bytes = events.length === 1 ? (events[0] as Buffer) : Buffer.concat(events)
    if (!this.#isBlocked) {
      this.#isBlocked = !this.#sink.write(bytes)
      return
    }
    this.#waiting.push(bytes)
    this.#waitingBytes += bytes.length
    if (this.#waitingBytes > waitingBytesMax) this.end()
  }

  #drained(): void {
    this.#isBlocked = false
    if (this.#waiting.length === 0) return
    const bytes = Buffer.concat(this.#waiting)
    this.#waiting = []
    this.#waitingBytes = 0
    this.#isBlocked = !this.#sink.write(bytes)
  }

  #keepBookmarking(timeoutMs: number): void {
    const { clock, random } = this.#call.core.parts
    let cancel = () => {}
    const next = (delayMs: number) => {
      cancel = clock.after(
        delayMs,
        () => {
          this.#bookmark()
          next(bookmarkEveryMs * (1 + random.next() * 0.25))
        },
        { unref: true },
      )
    }
    next(bookmarkEveryMs * (1 + random.next() * 0.25))
    this.#ends.push(() => cancel())
    const lastMs = timeoutMs - bookmarkBeforeEndMs
    if (lastMs > 0) this.#ends.push(clock.after(lastMs, () => this.#bookmark(), { unref: true }))
  }

  /** Everything up to the feed's revision has been told to this watcher, so that revision is true. */
  #bookmark(): void {
    const { revision } = this.#call.core.feed
    if (revision <= 0 || this.#isBlocked) return
    this.#sent = Math.max(this.#sent, revision)
    this.#write([this.#encoder.bookmark(this.#sent)])
  }
}
