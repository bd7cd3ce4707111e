import type { ResourceRef } from '#base/errors'
import { SortedMap } from '#base/sorted-map'
import type { KindDef } from '#kinds/define'
import { copy } from '#schema/copy'
import { decode } from '#schema/decode'
import { toJson } from '#schema/encode'
import { parseJson } from '#schema/json'
import type { KubeObject } from '#schema/object'
import { StoreError, isStoreError, type Store } from '#store'
import { indexesOf, ResourceCache } from '../watch-cache/cache.ts'
import { type Entry, entryOf, isShownAs, shownBytes } from '../watch-cache/entry.ts'
import { factsOf, type Facts } from '../watch-cache/facts.ts'
import type { Fed, Feed } from '../watch-cache/feed.ts'
import { type DecodedObjects, objectOf, readBack, StoredEntry } from '../watch-cache/stored-entry.ts'
import type { Allocator, Reservation } from './allocator.ts'
import { nothingReserved } from './allocator.ts'
import { toApiError } from './store-errors.ts'

const cacheLimits = { keepMs: 5 * 60_000, bytesMax: 64 << 20 }
const attemptsMax = 8

/** What is known of an object that was encoded here. */
interface Known {
  readonly facts: Facts
  readonly object?: KubeObject
}

type Conversion = NonNullable<KindDef['convert']>

/** What a change of an object comes to: its new form, or its removal. */
export type Outcome =
  | { readonly write: KubeObject }
  | { readonly remove: KubeObject }
  | { readonly keep: true }

/** What the keys of a kind's objects begin with: `/registry/secrets/`. @param prefix the first part of all keys. */
export const keyDirectory = (prefix: string, kind: KindDef): string =>
  `/${prefix.replaceAll(/^\/+|\/+$/g, '')}/${kind.storageDirectory ?? kind.plural}/`

/** A kind's objects: their keys, their stored form, and the writes that change them. */
export class Resource implements Fed {
  readonly kind: KindDef
  readonly cache: ResourceCache
  readonly directory: string
  readonly ref: ResourceRef
  readonly #store: Store
  readonly #feed: () => Feed
  readonly #ttlSeconds: number | undefined
  readonly #decoded: DecodedObjects
  /** What is known of the bytes that this server has encoded itself, which can be read. */
  readonly #own = new WeakMap<Uint8Array, Known>()
  /** Entries that the store would keep in another form now: a write of them that changes nothing is written too. */
  readonly #stale = new WeakSet<Entry>()
  /** Gives the kind's objects what there is but once. */
  allocator: Allocator | undefined

  constructor(parts: {
    kind: KindDef
    store: Store
    prefix: string
    feed: () => Feed
    ttlSeconds?: number | undefined
    decoded: DecodedObjects
  }) {
    this.kind = parts.kind
    this.cache = new ResourceCache(cacheLimits, indexesOf(parts.kind))
    this.ref = { group: parts.kind.group, resource: parts.kind.plural }
    this.directory = keyDirectory(parts.prefix, parts.kind)
    this.#store = parts.store
    this.#feed = parts.feed
    this.#ttlSeconds = parts.ttlSeconds
    this.#decoded = parts.decoded
  }

  /** The first part of the keys of a namespace, or of all objects. */
  prefixOf(namespace: string): string {
    return namespace === '' ? this.directory : `${this.directory}${namespace}/`
  }

  keyOf(namespace: string, name: string): string {
    return this.prefixOf(this.kind.namespaced ? namespace : '') + name
  }

  /** Reads what the store holds. @throws JsonSyntaxError for a value that is no JSON. */
  toEntry(key: string, value: Uint8Array, revision: number): Entry {
    const { convert } = this.kind
    if (convert !== undefined) return this.#converted(convert, key, value, revision)
    const bytes = shownBytes(this.kind, bufferOf(value), revision)
    // What others have written may be anything: it is read at once.
    const { facts, object } = this.#own.get(value) ?? {
      facts: factsOf(this.kind, objectOf(this.kind, bytes)),
    }
    if (object !== undefined) object.metadata.resourceVersion = String(revision)
    const entry = new StoredEntry(this.kind, this.#decoded, { key, revision, bytes }, facts, object)
    if (this.#store.isStale?.(value)) this.#stale.add(entry)
    return entry
  }

  #converted(convert: Conversion, key: string, value: Uint8Array, revision: number): Entry {
    const text = bufferOf(value).toString()
    const json = parseJson(text)
    const stored = text.includes(':null') ? decode(convert.storedType(), json).object : json
    const object = convert.fromStored(stored as unknown as KubeObject)
    return entryOf(this.kind, key, toJson(this.kind.type, object), revision, object)
  }

  /** The object as last known; a copy is the caller's to make. */
  peek(namespace: string, name: string): Entry | undefined {
    return this.cache.current.get(this.keyOf(namespace, name))
  }

  /** The object as the store has it now. @throws ApiError NotFound. */
  async get(namespace: string, name: string): Promise<Entry> {
    return this.#load(this.keyOf(namespace, name), name)
  }

  /** The objects under a prefix as the store still knows them of a past revision; undefined when it has forgotten it. */
  async stateAt(prefix: string, revision: number): Promise<SortedMap<Entry> | undefined> {
    try {
      const { items } = await this.#store.list(prefix, { revision })
      const entries = items.map((item) => this.toEntry(item.key, item.value, item.revision))
      return SortedMap.fromSorted(entries.map((entry) => [entry.key, entry] as const))
    } catch (error) {
      if (isStoreError(error, 'compacted')) return undefined
      throw toApiError(error, this.ref, '')
    }
  }

  /** An object as an entry without writing it, for dry runs. */
  entryFor(object: KubeObject, revision = 0): Entry {
    const { namespace = '', name = '' } = object.metadata
    const entry = entryOf(
      this.kind,
      this.keyOf(namespace, name),
      this.#viewText(object),
      revision,
      copyOf(object),
    )
    return revision > 0
      ? entry
      : { ...entry, bytes: Buffer.from(entry.bytes.toString().replace(',"resourceVersion":"0"', '')) }
  }

  /** Writes a new object. @throws ApiError AlreadyExists. */
  async create(object: KubeObject): Promise<Entry> {
    const { namespace = '', name = '' } = object.metadata
    const key = this.keyOf(namespace, name)
    const reserved = await this.reserve(object)
    const value = this.#valueOf(object)
    try {
      const revision = await this.#store.create(key, value, this.#writeOptions())
      return this.#written(key, value, revision)
    } catch (error) {
      if (!isUnknown(error)) await reserved.undo()
      throw toApiError(error, this.ref, name)
    }
  }

  /** Takes what an object needs and there is but once; a rehearsal only finds out what it would be. */
  async reserve(object: KubeObject, old?: KubeObject, isRehearsal = false): Promise<Reservation> {
    return (await this.allocator?.reserve(object, old, isRehearsal)) ?? nothingReserved
  }

  /**
   * Reads an object, lets `change` decide, and writes what it gives; again from the newest state when another write came
   * between. `isRetried` is false when the caller insists on the state it has seen.
   * @throws ApiError NotFound, Conflict, and whatever `change` throws.
   */
  async change(
    namespace: string,
    name: string,
    change: (entry: Entry) => Outcome | Promise<Outcome>,
    isRetried = true,
  ): Promise<Entry> {
    const key = this.keyOf(namespace, name)
    const cached = this.cache.current.get(key)
    let entry = cached ?? (await this.#load(key, name))
    let isFresh = cached === undefined
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#apply(key, entry, await change(entry))
      } catch (error) {
        const isLost = isStoreError(error, 'conflict') || isStoreError(error, 'notFound')
        // A lost write is tried again; a refusal may come from a cache that is behind, so the store is asked once.
        // After a fault of the store the write may have taken place: the state that it made must not refuse it.
        const isFault = isStoreError(error) && !isLost
        if (isFault || attempt === attemptsMax || (isLost ? !isRetried : isFresh))
          throw toApiError(error, this.ref, name)
        const current = await this.#load(key, name)
        if (!isLost && current.revision === entry.revision) throw toApiError(error, this.ref, name)
        entry = current
        isFresh = true
      }
    }
  }

  async #apply(key: string, entry: Entry, outcome: Outcome): Promise<Entry> {
    if ('keep' in outcome) return entry
    if ('remove' in outcome) {
      const revision = await this.#store.delete(key, entry.revision)
      await this.#feed().reached(revision, 5_000)
      await this.allocator?.release(entry.object)
      const text = toJson(this.kind.type, { ...outcome.remove, metadata: this.#bareMeta(outcome.remove) })
      return entryOf(this.kind, key, text, revision, parseJson(text) as unknown as KubeObject)
    }
    const reserved = await this.reserve(outcome.write, entry.object)
    try {
      const written = await this.#replace(key, entry, outcome.write)
      await reserved.commit()
      return written
    } catch (error) {
      if (!isUnknown(error)) await reserved.undo()
      throw error
    }
  }

  async #replace(key: string, entry: Entry, object: KubeObject): Promise<Entry> {
    const value = this.#valueOf(object)
    if (!this.#stale.has(entry) && this.#isShownAs(entry, value, object)) return entry
    this.#keepObject(value, object)
    const revision = await this.#store.update(key, value, entry.revision, this.#writeOptions())
    return this.#written(key, value, revision)
  }

  /** True when clients would see no difference between what is there and an object with this stored form. */
  #isShownAs(entry: Entry, value: Buffer, object: KubeObject): boolean {
    const stored = this.kind.convert === undefined ? value : Buffer.from(this.#viewText(object))
    return isShownAs(this.kind, stored, entry)
  }

  async #load(key: string, name: string): Promise<Entry> {
    try {
      const { item } = await this.#store.get(key)
      if (item === undefined) throw toApiError(missing, this.ref, name)
      return this.toEntry(key, item.value, item.revision)
    } catch (error) {
      throw toApiError(error, this.ref, name)
    }
  }

  /** The entry of a write, once the caches have it too: whoever was told of it can read it. */
  async #written(key: string, value: Buffer, revision: number): Promise<Entry> {
    await this.#feed().reached(revision, 5_000)
    const held = this.cache.current.get(key)
    return held?.revision === revision ? held : this.toEntry(key, value, revision)
  }

  /** The bytes that are stored of an object. */
  #valueOf(object: KubeObject): Buffer {
    const value = Buffer.from(`${this.#text(object)}\n`)
    if (this.kind.convert === undefined) this.#own.set(value, { facts: factsOf(this.kind, object) })
    return value
  }

  /** What is changed once is often changed again: the object is kept, so that it need not be read from its bytes. */
  #keepObject(value: Buffer, object: KubeObject): void {
    const known = this.#own.get(value)
    if (known === undefined) return
    const metadata = { ...this.#bareMeta(object), resourceVersion: '0' }
    this.#own.set(value, { ...known, object: readBack(this.kind, value, { ...object, metadata }) })
  }

  #text(object: KubeObject): string {
    const { convert } = this.kind
    if (convert === undefined) return this.#viewText(object)
    return toJson(convert.storedType(), convert.toStored({ ...object, metadata: this.#bareMeta(object) }))
  }

  #viewText(object: KubeObject): string {
    return toJson(this.kind.type, { ...object, metadata: this.#bareMeta(object) })
  }

  /** Stored objects carry no resourceVersion: the store's own revision is it. */
  #bareMeta({ metadata }: KubeObject): KubeObject['metadata'] {
    const { resourceVersion: _, selfLink: __, ...rest } = metadata
    return rest
  }

  #writeOptions(): { ttlSeconds?: number } {
    return this.#ttlSeconds === undefined ? {} : { ttlSeconds: this.#ttlSeconds }
  }
}

const bufferOf = (value: Uint8Array) => Buffer.from(value.buffer, value.byteOffset, value.byteLength)

/** True when the write may have taken place: what was taken for it stays taken until somebody looks. */
const isUnknown = (error: unknown) => isStoreError(error, 'unavailable')

const missing = new StoreError('notFound', 'no such key')

/** A copy that may be changed, kind and apiVersion included. */
export function copyOf(object: Readonly<KubeObject>): KubeObject {
  return copy(object) as KubeObject
}
