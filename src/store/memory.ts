import type { Clock } from '#base/clock'
import { prefixEnd } from '#base/byte-order'
import { SortedMap } from '#base/sorted-map'
import {
  type Item,
  type ListOptions,
  type Page,
  type Store,
  type StoreEvent,
  StoreError,
  type Watch,
  type Watcher,
} from './contract.ts'
import {
  refuseCompacted,
  refuseFuture,
  refuseLarge,
  refuseRepeated,
  requireAbsent,
  requireCurrent,
} from './refusals.ts'
import { Expiry } from './expiry.ts'

// The map itself: each revision is a root, kept with the event that made it. A fork copies four pointers.

/** What a memory store is given. */
export interface MemoryStoreOptions {
  readonly clock: Clock
  /** How many revisions are kept without being asked to forget them. */
  readonly historyMax?: number
  readonly valueBytesMax?: number
}

/** A store in this process's memory. */
export interface MemoryStore extends Store {
  /** A store of its own that begins as this one is now; costs the same however much is in it. */
  fork(): MemoryStore
}

interface Revision {
  readonly event: StoreEvent
  readonly root: SortedMap<Item>
}

interface Content {
  readonly root: SortedMap<Item>
  readonly revision: number
  readonly expiry: Expiry
}

const empty = new Uint8Array()

/** Opens an empty store in memory. */
export function openMemoryStore(options: MemoryStoreOptions): MemoryStore {
  return new Memory(options, { root: SortedMap.empty(), revision: 1, expiry: Expiry.empty })
}

class Memory implements MemoryStore {
  readonly #options: MemoryStoreOptions
  readonly #watches = new Set<MemoryWatch>()
  #root: SortedMap<Item>
  #revision: number
  /** Revisions after #base, ascending; the first is #base + 1. */
  #history: Revision[] = []
  #base: number
  #baseRoot: SortedMap<Item>
  #compacted: number
  #expiry: Expiry
  #cancelTimer: (() => void) | undefined
  #closed = false
  #deliveryAsked = false

  constructor(options: MemoryStoreOptions, content: Content) {
    this.#options = options
    this.#root = content.root
    this.#baseRoot = content.root
    this.#revision = content.revision
    this.#base = content.revision
    this.#compacted = content.revision
    this.#expiry = content.expiry
    this.#armTimer()
  }

  fork(): MemoryStore {
    return new Memory(this.#options, { root: this.#root, revision: this.#revision, expiry: this.#expiry })
  }

  async get(key: string) {
    this.#refuseClosed()
    return { item: this.#root.get(key), revision: this.#revision }
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Page> {
    this.#refuseClosed()
    const revision = options.revision || this.#revision
    const root = this.#rootAt(revision)
    const from = options.from !== undefined && options.from > prefix ? options.from : prefix
    const end = prefixEnd(prefix)
    const count = root.count(from, end)
    const limit = options.limit || count
    const items: Item[] = []
    if (options.countOnly !== true) {
      root.visit(from, end, (_, item) => items.push(item) < limit)
    }
    return { items, revision, more: options.countOnly !== true && items.length < count, count }
  }

  async create(key: string, value: Uint8Array, options: { ttlSeconds?: number } = {}): Promise<number> {
    this.#refuseClosed()
    refuseLarge(key, value, this.#options.valueBytesMax)
    requireAbsent(key, this.#root.get(key))
    return this.#put(key, value, undefined, options.ttlSeconds)
  }

  async update(
    key: string,
    value: Uint8Array,
    expected: number,
    options: { ttlSeconds?: number } = {},
  ): Promise<number> {
    this.#refuseClosed()
    refuseLarge(key, value, this.#options.valueBytesMax)
    const current = this.#root.get(key)
    requireCurrent(key, current, expected)
    return this.#put(key, value, current, options.ttlSeconds)
  }

  async delete(key: string, expected: number): Promise<number> {
    this.#refuseClosed()
    const current = this.#root.get(key)
    requireCurrent(key, current, expected)
    return this.#remove(current)
  }

  watch(prefix: string, revision: number, watcher: Watcher): Watch {
    const watch = new MemoryWatch(prefix, revision || this.#revision, watcher, {
      ask: () => this.#askDelivery(),
      forget: () => this.#watches.delete(watch),
    })
    this.#watches.add(watch)
    if (this.#closed) queueMicrotask(() => watch.end(new StoreError('unavailable', 'the store is closed')))
    else this.#askDelivery()
    return watch
  }

  async compact(revision: number): Promise<void> {
    this.#refuseClosed()
    refuseFuture(revision, this.#revision)
    refuseRepeated(revision, this.#compacted)
    this.#forget(revision)
  }

  async revision(): Promise<number> {
    this.#refuseClosed()
    return this.#revision
  }

  async health(): Promise<void> {
    this.#refuseClosed()
  }

  async size(): Promise<number> {
    let bytes = 0
    this.#root.visit('', undefined, (key, item) => {
      bytes += key.length + item.value.length
    })
    return bytes
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#cancelTimer?.()
    for (const watch of this.#watches) watch.end(undefined)
  }

  #refuseClosed(): void {
    if (this.#closed) throw new StoreError('unavailable', 'the store is closed')
  }

  #rootAt(revision: number): SortedMap<Item> {
    refuseFuture(revision, this.#revision)
    refuseCompacted(revision, this.#compacted)
    if (revision === this.#revision) return this.#root
    if (revision === this.#base) return this.#baseRoot
    return (this.#history[revision - this.#base - 1] as Revision).root
  }

  #put(key: string, value: Uint8Array, current: Item | undefined, ttlSeconds: number | undefined): number {
    const revision = this.#revision + 1
    const createRevision = current?.createRevision ?? revision
    const item = { key, value, revision, createRevision }
    const expiresMs = ttlSeconds === undefined ? undefined : this.#options.clock.now() + ttlSeconds * 1000
    this.#expiry = this.#expiry.set(key, expiresMs)
    if (expiresMs !== undefined) this.#armTimer()
    const event: StoreEvent = { type: 'put', key, revision, value, createRevision, previous: current?.value }
    return this.#commit(this.#root.set(key, item), event)
  }

  #remove(current: Item): number {
    const { key, createRevision, value: previous } = current
    this.#expiry = this.#expiry.set(key, undefined)
    const revision = this.#revision + 1
    const event: StoreEvent = { type: 'delete', key, revision, value: empty, createRevision, previous }
    return this.#commit(this.#root.delete(key), event)
  }

  #commit(root: SortedMap<Item>, event: StoreEvent): number {
    this.#root = root
    this.#revision = event.revision
    this.#history.push({ event, root })
    const max = this.#options.historyMax ?? 10_000
    // Dropping from the front costs a copy, so it waits until there is as much to drop as to keep.
    if (this.#history.length > 2 * max) this.#forget(this.#revision - max)
    if (this.#watches.size > 0) this.#askDelivery()
    return event.revision
  }

  #forget(revision: number): void {
    this.#compacted = revision
    const needed = Math.min(revision, ...Array.from(this.#watches, (watch) => watch.delivered))
    if (needed <= this.#base) return
    this.#baseRoot = (this.#history[needed - this.#base - 1] as Revision).root
    this.#history = this.#history.slice(needed - this.#base)
    this.#base = needed
  }

  #askDelivery(): void {
    if (this.#deliveryAsked) return
    this.#deliveryAsked = true
    queueMicrotask(() => {
      this.#deliveryAsked = false
      for (const watch of this.#watches) this.#deliver(watch)
    })
  }

  #deliver(watch: MemoryWatch): void {
    if (!watch.started && watch.delivered < this.#compacted) {
      watch.end(
        new StoreError('compacted', `revision ${watch.delivered} is compacted`, {
          revision: this.#compacted,
        }),
      )
      return
    }
    const fresh = this.#history.slice(Math.max(0, watch.delivered - this.#base)).map(({ event }) => event)
    watch.deliver(fresh, this.#revision)
  }

  #armTimer(): void {
    this.#cancelTimer?.()
    const next = this.#expiry.next()
    if (next === undefined || this.#closed) return
    const delayMs = Math.max(0, next - this.#options.clock.now())
    this.#cancelTimer = this.#options.clock.after(delayMs, () => this.#expire(), { unref: true })
  }

  #expire(): void {
    for (const key of this.#expiry.due(this.#options.clock.now())) {
      const current = this.#root.get(key)
      if (current) this.#remove(current)
    }
    this.#armTimer()
  }
}

/** One reader and how far it has been told. */
class MemoryWatch implements Watch {
  readonly #prefix: string
  readonly #watcher: Watcher
  readonly #store: { ask(): void; forget(): void }
  delivered: number
  started = false
  #progressAsked = false
  #over = false

  constructor(prefix: string, revision: number, watcher: Watcher, store: { ask(): void; forget(): void }) {
    this.#prefix = prefix
    this.delivered = revision
    this.#watcher = watcher
    this.#store = store
  }

  requestProgress(): void {
    this.#progressAsked = true
    this.#store.ask()
  }

  close(): void {
    this.end(undefined)
  }

  end(error: StoreError | undefined): void {
    if (this.#over) return
    this.#over = true
    this.#store.forget()
    this.#watcher.ended(error)
  }

  deliver(fresh: readonly StoreEvent[], revision: number): void {
    this.started = true
    const batch = fresh.filter(
      (event) => event.revision > this.delivered && event.key.startsWith(this.#prefix),
    )
    // A watch may begin in the future: until then there is nothing to tell.
    this.delivered = Math.max(this.delivered, revision)
    if (batch.length > 0) this.#watcher.events(batch, revision)
    if (!this.#progressAsked || this.#over) return
    this.#progressAsked = false
    this.#watcher.progress(revision)
  }
}
