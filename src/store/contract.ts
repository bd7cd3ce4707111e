/**
 * Etcd's semantics in a dozen methods: keys, bytes, revisions. Knows no kinds. Values are kept by reference where that
 * is possible: who has written bytes or been given some must not change them.
 */
export interface Store {
  /** The value at a key, read with every write acknowledged before the call. */
  get(key: string): Promise<{ readonly item: Item | undefined; readonly revision: number }>

  /** Keys under a prefix in byte order, all at one revision. @throws StoreError compacted, futureRevision. */
  list(prefix: string, options?: ListOptions): Promise<Page>

  /** Writes a new key. @throws StoreError exists, tooLarge, unavailable. */
  create(key: string, value: Uint8Array, options?: { ttlSeconds?: number }): Promise<number>

  /** Replaces the value written at revision `expected`. @throws StoreError conflict, notFound. */
  update(key: string, value: Uint8Array, expected: number, options?: { ttlSeconds?: number }): Promise<number>

  /** Removes the value written at revision `expected`. Gives the deletion's revision. @throws StoreError conflict, notFound. */
  delete(key: string, expected: number): Promise<number>

  /**
   * Every change under `prefix` after `revision` (0: from now), in order, none twice, none left out; batches hold
   * whole revisions. A slow reader is ended with `slow`; a lost connection is resumed inside or ended with `unavailable`.
   */
  watch(prefix: string, revision: number, watcher: Watcher): Watch

  /** Forgets history before `revision`. @throws StoreError compacted when that has been done already. */
  compact(revision: number): Promise<void>

  /** The newest revision, read with every write acknowledged before the call. */
  revision(): Promise<number>

  /** Resolves when writes would succeed. @throws StoreError unavailable with the reason. */
  health(): Promise<void>

  /** True for a value of this store that a new write would keep in another form. Absent: there is but one form. */
  isStale?(value: Uint8Array): boolean

  /** Bytes that the database takes, and how many keys are under each first-level directory. */
  size(): Promise<number>

  close(): Promise<void>
}

/** A value with the revisions that made it. */
export interface Item {
  readonly key: string
  readonly value: Uint8Array
  /** Revision of the last write to the key. */
  readonly revision: number
  readonly createRevision: number
}

/** Which part of a prefix to read, and as of when. */
export interface ListOptions {
  /** At most this many items; 0 = all. */
  readonly limit?: number
  /** The first key to give (inclusive), for the next page. */
  readonly from?: string
  /** An exact revision of the past; 0 = now. */
  readonly revision?: number
  /** Only count. */
  readonly countOnly?: boolean
  /** Leave `count` out (it may be the page's own), which can cost more than the page. */
  readonly uncounted?: boolean
}

/** A part of a prefix as it stood at one revision. */
export interface Page {
  readonly items: readonly Item[]
  /** The revision at which the page holds. */
  readonly revision: number
  readonly more: boolean
  /** Keys under the prefix from `from` on, those of this page included. */
  readonly count: number
}

/** One change of one key. `previous` is the value before it, where history still has it. */
export interface StoreEvent {
  readonly type: 'put' | 'delete'
  readonly key: string
  readonly revision: number
  /** put: the new value; delete: empty. */
  readonly value: Uint8Array
  readonly createRevision: number
  readonly previous: Uint8Array | undefined
}

/** Who is told of changes. Calls never overlap. */
export interface Watcher {
  /** Changes of whole revisions, ascending; `revision` is the newest that is now fully delivered. */
  events(batch: readonly StoreEvent[], revision: number): void
  /** Nothing under the prefix has changed up to this revision. */
  progress(revision: number): void
  /** The watch is over; `error` is undefined after `close()`. */
  ended(error: StoreError | undefined): void
}

/** A running watch, as its owner holds it. */
export interface Watch {
  /** Asks for `progress` with the newest revision, soon. */
  requestProgress(): void
  close(): void
}

/** The kinds of refusal and fault of a store. */
export type StoreErrorCode =
  | 'notFound'
  | 'exists'
  | 'conflict'
  | 'compacted'
  | 'futureRevision'
  | 'tooLarge'
  | 'slow'
  | 'full'
  | 'unavailable'

/** What can go wrong in a store; the API server turns it into a Status in one place. */
export class StoreError extends Error {
  override readonly name = 'StoreError'
  readonly code: StoreErrorCode
  /** compacted: the oldest revision still there; conflict: the key's current item, where known. */
  readonly revision: number | undefined
  readonly current: Item | undefined

  constructor(
    code: StoreErrorCode,
    message: string,
    options: { revision?: number; current?: Item; cause?: unknown } = {},
  ) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause })
    this.code = code
    this.revision = options.revision
    this.current = options.current
  }
}

/** Recognises a store error, optionally of one code. */
export function isStoreError(error: unknown, code?: StoreErrorCode): error is StoreError {
  return (
    error instanceof Error &&
    error.name === 'StoreError' &&
    (code === undefined || (error as StoreError).code === code)
  )
}
