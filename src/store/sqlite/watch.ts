import { type StoreError, type StoreEvent, type Watch, type Watcher, isStoreError } from '../contract.ts'

/** One page of history: all changes under the prefix up to `upTo`. */
export interface HistoryPage {
  readonly events: readonly StoreEvent[]
  readonly upTo: number
}

/** Where a watch gets the past from, and how it says that it is over. */
export interface WatchSource {
  history(prefix: string, after: number): Promise<HistoryPage>
  /** The newest revision that has been told to the watches. */
  newest(): number
  over(watch: SqliteWatch): void
}

/**
 * One reader. It first reads history page by page and ignores what is new, until a page reaches the newest revision
 * that live watches have been told of: from there on it is one of them, with no gap.
 *
 *   replaying --last page--> live --close, end--> over
 */
export class SqliteWatch implements Watch {
  readonly #prefix: string
  readonly #watcher: Watcher
  readonly #source: WatchSource
  #delivered: number
  #phase: 'replaying' | 'live' | 'over' = 'replaying'
  #progressAsked = false

  constructor(prefix: string, revision: number, watcher: Watcher, source: WatchSource) {
    this.#prefix = prefix
    this.#delivered = revision
    this.#watcher = watcher
    this.#source = source
  }

  /** Begins: with what is new when `newest` is no later than the watch's revision, with history otherwise. */
  start(): void {
    if (this.#delivered >= this.#source.newest()) this.#phase = 'live'
    else this.#replay()
  }

  requestProgress(): void {
    this.#progressAsked = true
    if (this.#phase === 'live') queueMicrotask(() => this.#answerProgress())
  }

  close(): void {
    this.end(undefined)
  }

  /** Ends the watch, once. */
  end(error: StoreError | undefined): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#source.over(this)
    this.#watcher.ended(error)
  }

  /** Takes what has just been committed; `revision` is now the newest. */
  take(fresh: readonly StoreEvent[], revision: number): void {
    if (this.#phase === 'live') this.#deliver(fresh, revision)
  }

  #deliver(fresh: readonly StoreEvent[], revision: number): void {
    const batch = fresh.filter(
      (event) => event.revision > this.#delivered && event.key.startsWith(this.#prefix),
    )
    this.#delivered = Math.max(this.#delivered, revision)
    if (batch.length > 0) this.#watcher.events(batch, revision)
  }

  #replay(): void {
    this.#source.history(this.#prefix, this.#delivered).then(
      (page) => this.#takePage(page),
      (error: unknown) => {
        if (!isStoreError(error)) throw error
        this.end(error)
      },
    )
  }

  #takePage(page: HistoryPage): void {
    if (this.#phase === 'over') return
    this.#deliver(page.events, page.upTo)
    if (this.#phase !== 'replaying') return
    if (this.#delivered < this.#source.newest()) {
      this.#replay()
      return
    }
    this.#phase = 'live'
    this.#answerProgress()
  }

  #answerProgress(): void {
    if (!this.#progressAsked || this.#phase !== 'live') return
    this.#progressAsked = false
    this.#watcher.progress(this.#source.newest())
  }
}
