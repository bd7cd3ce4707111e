import { type Cancel, onCancel } from '#base/cancel'
import { type Clock, sleep } from '#base/clock'
import type { Log } from '#base/log'
import {
  isStoreError,
  type Item,
  type Page,
  type Store,
  type StoreError,
  type StoreEvent,
  type Watch,
} from '#store'
import type { ResourceCache } from './cache.ts'
import type { Change } from './change.ts'
import { atRevision, type Entry } from './entry.ts'

/** A kind's cache, the directory of its keys, and how stored bytes become its entries. */
export interface Fed {
  /** `/registry/pods/` */
  readonly directory: string
  readonly cache: ResourceCache
  toEntry(key: string, value: Uint8Array, revision: number): Entry
}

const retryMs = 1_000
/** How many objects are read at a time: all at once would be in memory twice. */
const fillPage = 500

/**
 * One watch over the whole prefix feeds every cache in the order of revisions. When history has a gap (compaction,
 * a store that was away too long) everything is listed again and watchers are told to start anew.
 */
export class Feed {
  readonly #store: Store
  readonly #prefix: string
  readonly #clock: Clock
  readonly #log: Log
  readonly #byDirectory = new Map<string, Fed[]>()
  readonly #waiting: { revision: number; resolve: () => void }[] = []
  readonly #onRevision = new Set<(revision: number) => void>()
  #watch: Watch | undefined
  #revision = 0
  #healthy = false
  /** When the watch on the store began. */
  #followsSince = 0

  constructor(parts: { store: Store; prefix: string; clock: Clock; log: Log; fed: readonly Fed[] }) {
    this.#store = parts.store
    this.#prefix = parts.prefix
    this.#clock = parts.clock
    this.#log = parts.log
    for (const fed of parts.fed) {
      this.#byDirectory.set(fed.directory, [...(this.#byDirectory.get(fed.directory) ?? []), fed])
    }
  }

  /** Everything up to this revision is in the caches. */
  get revision(): number {
    return this.#revision
  }

  get healthy(): boolean {
    return this.#healthy
  }

  /** Fills the caches and keeps them current until the signal fires. @throws when the first list fails for good. */
  async start(signal: Cancel): Promise<void> {
    await this.#fill()
    onCancel(signal, () => this.#watch?.close())
    this.#follow(signal)
  }

  /** Resolves when the caches hold everything up to `revision`; false when they do not within `withinMs`. */
  reached(revision: number, withinMs: number): Promise<boolean> {
    if (revision <= this.#revision) return Promise.resolve(true)
    this.#watch?.requestProgress()
    return new Promise((resolve) => {
      const waiting = {
        revision,
        resolve: () => {
          cancelTimer()
          resolve(true)
        },
      }
      const cancelTimer = this.#clock.after(withinMs, () => {
        this.#waiting.splice(this.#waiting.indexOf(waiting), 1)
        resolve(false)
      })
      this.#waiting.push(waiting)
    })
  }

  /** Resolves when a read would see every write acknowledged before this call. */
  async fresh(withinMs: number): Promise<boolean> {
    return this.reached(await this.#store.revision(), withinMs)
  }

  /** Calls `told` after each batch with the revision now reached. */
  onRevision(told: (revision: number) => void): () => void {
    this.#onRevision.add(told)
    return () => this.#onRevision.delete(told)
  }

  async #fill(): Promise<void> {
    for (;;) {
      try {
        return await this.#fillAtOnce()
      } catch (error) {
        // The revision of the first page was forgotten before the last was read: another try has a newer one.
        if (!isStoreError(error, 'compacted')) throw error
      }
    }
  }

  async #fillAtOnce(): Promise<void> {
    const lists = new Map<Fed, Entry[]>()
    let next: Promise<Page> | undefined = this.#store.list(this.#prefix, { limit: fillPage, uncounted: true })
    let revision = 0
    while (next !== undefined) {
      const page: Page = await next
      revision = page.revision
      // The store reads the next page while this one is taken.
      next = page.more ? this.#pageAfter(page) : undefined
      next?.catch(() => {})
      this.#collect(page.items, lists)
    }
    this.#advance(revision)
    for (const fed of [...this.#byDirectory.values()].flat()) fed.cache.reset(lists.get(fed) ?? [], revision)
  }

  #pageAfter({ items, revision }: Page): Promise<Page> {
    const from = `${items.at(-1)?.key}\0`
    return this.#store.list(this.#prefix, { limit: fillPage, from, revision, uncounted: true })
  }

  #collect(items: readonly Item[], lists: Map<Fed, Entry[]>): void {
    for (const item of items) {
      for (const fed of this.#fedBy(item.key)) {
        const entry = this.#read(fed, item)
        if (entry === undefined) continue
        const list = lists.get(fed)
        if (list) list.push(entry)
        else lists.set(fed, [entry])
      }
    }
  }

  /** A stored value that cannot be read is logged and left out; it must not take the server down. */
  #read(fed: Fed, item: Pick<Item, 'key' | 'value' | 'revision'>): Entry | undefined {
    try {
      return fed.toEntry(item.key, item.value, item.revision)
    } catch (error) {
      this.#log.error('Cannot read a stored object', { key: item.key, err: (error as Error).message })
      return undefined
    }
  }

  #follow(signal: Cancel): void {
    this.#healthy = true
    this.#followsSince = this.#clock.now()
    this.#watch = this.#store.watch(this.#prefix, this.#revision, {
      events: (batch, revision) => this.#apply(batch, revision),
      progress: (revision) => this.#advance(revision),
      ended: (error) => {
        this.#healthy = false
        if (!signal.aborted) void this.#recover(error, signal)
      },
    })
  }

  async #recover(error: StoreError | undefined, signal: Cancel): Promise<void> {
    this.#log.warn('The watch on the store ended, starting again', { err: error?.message ?? 'closed' })
    // A store that ends every watch at once is asked once a second, not as fast as it answers.
    if (this.#clock.now() - this.#followsSince < retryMs) await this.#pause(signal)
    while (!signal.aborted) {
      try {
        if (error?.code === 'compacted' || error?.code === 'slow') await this.#fill()
        return this.#follow(signal)
      } catch (again) {
        this.#log.warn('The store cannot be read', { err: (again as Error).message })
        await this.#pause(signal)
      }
    }
  }

  #pause(signal: Cancel): Promise<void> {
    return sleep(this.#clock, retryMs, signal).catch(() => {})
  }

  #apply(batch: readonly StoreEvent[], revision: number): void {
    const told = new Map<ResourceCache, Change[]>()
    for (const event of batch) {
      for (const fed of this.#fedBy(event.key)) {
        const change = this.#change(fed, event)
        if (change === undefined) continue
        const changes = told.get(fed.cache)
        if (changes) changes.push(change)
        else told.set(fed.cache, [change])
      }
    }
    this.#advance(revision, () => {
      for (const [cache, changes] of told) cache.tell(changes)
    })
  }

  #change(fed: Fed, event: StoreEvent): Change | undefined {
    const now = this.#clock.now()
    if (event.type === 'put') {
      const entry = this.#read(fed, event)
      return entry && fed.cache.put(entry, now)
    }
    const held = fed.cache.current.get(event.key)
    if (held === undefined) return undefined
    const last =
      event.previous && this.#read(fed, { key: event.key, value: event.previous, revision: event.revision })
    return fed.cache.remove(last ?? atRevision(held, event.revision), now)
  }

  #fedBy(key: string): readonly Fed[] {
    // Directories have one level (`pods/`) or, for kinds with a group or a twin, two (`services/specs/`).
    const first = key.indexOf('/', this.#prefix.length)
    const one = this.#byDirectory.get(key.slice(0, first + 1))
    if (one !== undefined) return one
    return this.#byDirectory.get(key.slice(0, key.indexOf('/', first + 1) + 1)) ?? []
  }

  #advance(revision: number, tell?: () => void): void {
    if (revision > this.#revision) this.#revision = revision
    tell?.()
    for (const one of Array.from(this.#onRevision)) one(this.#revision)
    for (let i = this.#waiting.length - 1; i >= 0; i--) {
      const waiting = this.#waiting[i] as { revision: number; resolve: () => void }
      if (waiting.revision > this.#revision) continue
      this.#waiting.splice(i, 1)
      waiting.resolve()
    }
  }
}
