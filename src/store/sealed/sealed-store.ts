import type { Log } from '#base/log'
import {
  isStoreError,
  type Item,
  type Store,
  StoreError,
  type StoreEvent,
  type Watcher,
} from '../contract.ts'
import type { Seals } from './seal.ts'

/** The seals of what is kept under a key; undefined where values are kept as they are. */
export type SealsOf = (key: string) => Seals | undefined

/**
 * A store whose values are sealed on their way into another one. A value that cannot be opened is told to the log, and
 * given as it is stored, so that one such value does not hide all others.
 */
export function sealedStore(inner: Store, sealsOf: SealsOf, log: Log): Store {
  const values = new SealedValues(sealsOf, log)
  return {
    async get(key) {
      const { item, revision } = await inner.get(key)
      return { item: item && { ...item, value: values.openOrThrow(key, item.value) }, revision }
    },
    async list(prefix, options) {
      const page = await inner.list(prefix, options)
      return { ...page, items: page.items.map((item) => values.openItem(item)) }
    },
    create: (key, value, options) => values.opening(inner.create(key, values.seal(key, value), options)),
    update: (key, value, expected, options) =>
      values.opening(inner.update(key, values.seal(key, value), expected, options)),
    delete: (key, expected) => values.opening(inner.delete(key, expected)),
    watch: (prefix, revision, watcher) => inner.watch(prefix, revision, opening(watcher, values)),
    compact: (revision) => inner.compact(revision),
    revision: () => inner.revision(),
    health: () => inner.health(),
    size: () => inner.size(),
    isStale: (value) => values.isStale(value),
    close: () => inner.close(),
  }
}

const opening = (watcher: Watcher, values: SealedValues): Watcher => ({
  events: (batch, revision) =>
    watcher.events(
      batch.map((event) => values.openEvent(event)),
      revision,
    ),
  progress: (revision) => watcher.progress(revision),
  ended: (error) => watcher.ended(error),
})

class SealedValues {
  readonly #sealsOf: SealsOf
  readonly #log: Log
  /** What has been sealed here is opened without keys: the caller gets the bytes that it has written. */
  readonly #known = new WeakMap<Uint8Array, Uint8Array>()
  readonly #stale = new WeakSet<Uint8Array>()

  constructor(sealsOf: SealsOf, log: Log) {
    this.#sealsOf = sealsOf
    this.#log = log
  }

  isStale(value: Uint8Array): boolean {
    return this.#stale.has(value)
  }

  seal(key: string, value: Uint8Array): Uint8Array {
    const sealed = this.#sealsOf(key)?.seal(value, key) ?? value
    if (sealed !== value) this.#known.set(sealed, value)
    return sealed
  }

  openItem(item: Item): Item {
    const value = this.#open(item.key, item.value)
    return value === item.value ? item : { ...item, value }
  }

  openEvent(event: StoreEvent): StoreEvent {
    if (this.#sealsOf(event.key) === undefined) return event
    const value = event.type === 'put' ? this.#open(event.key, event.value) : event.value
    const previous = event.previous && this.#open(event.key, event.previous)
    return { ...event, value, previous }
  }

  /** A refusal may show what is stored. */
  async opening<T>(write: Promise<T>): Promise<T> {
    try {
      return await write
    } catch (error) {
      if (!isStoreError(error) || error.current === undefined) throw error
      const { code, message, revision, current } = error
      throw new StoreError(code, message, {
        ...(revision !== undefined && { revision }),
        current: this.openItem(current),
        cause: error,
      })
    }
  }

  /** @throws StoreError unavailable. */
  openOrThrow(key: string, stored: Uint8Array): Uint8Array {
    try {
      return this.#openNow(key, stored)
    } catch (cause) {
      throw new StoreError('unavailable', unreadable(key, cause), { cause })
    }
  }

  #open(key: string, stored: Uint8Array): Uint8Array {
    try {
      return this.#openNow(key, stored)
    } catch (error) {
      this.#log.error(unreadable(key, error))
      return stored
    }
  }

  #openNow(key: string, stored: Uint8Array): Uint8Array {
    const seals = this.#sealsOf(key)
    if (seals === undefined) return stored
    const known = this.#known.get(stored)
    if (known !== undefined) return known
    const { value, isStale } = seals.open(stored, key)
    if (isStale) this.#stale.add(value)
    return value
  }
}

const unreadable = (key: string, error: unknown) =>
  `unable to transform key ${JSON.stringify(key)}: ${(error as Error).message}`
