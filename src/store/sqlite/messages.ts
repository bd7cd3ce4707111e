import type { Item, StoreErrorCode } from '../contract.ts'

// What the two threads say to each other. One message carries all that is asked in one turn of the event loop, and one
// answer all that a transaction did; bytes are handed over, not copied.

/** Something the database thread is asked to do; `id` names the answer. */
export type Task = Write | Read

/** A task that changes the database. */
export type Write = { readonly id: number } & (
  | {
      readonly kind: 'create'
      readonly key: string
      readonly value: Uint8Array
      readonly expiresMs: number | undefined
    }
  | {
      readonly kind: 'update'
      readonly key: string
      readonly value: Uint8Array
      readonly expected: number
      readonly expiresMs: number | undefined
    }
  | { readonly kind: 'delete'; readonly key: string; readonly expected: number }
  | { readonly kind: 'expire'; readonly nowMs: number; readonly limit: number }
  | { readonly kind: 'compact'; readonly revision: number; readonly limit: number }
  | { readonly kind: 'vacuum'; readonly pages: number }
)

/** A task that only looks. */
export type Read = { readonly id: number } & (
  | { readonly kind: 'get'; readonly key: string }
  | {
      readonly kind: 'list'
      readonly from: string
      readonly to: string | undefined
      readonly limit: number
      readonly revision: number
      readonly countOnly: boolean
      readonly uncounted: boolean
    }
  | {
      readonly kind: 'history'
      readonly after: number
      readonly from: string
      readonly to: string | undefined
      readonly limit: number
    }
  | { readonly kind: 'size' }
  /** Copies the whole log to the file, so that the file system has what vacuuming has freed. */
  | { readonly kind: 'shrink' }
  | { readonly kind: 'health' }
  | { readonly kind: 'close' }
)

/** All tasks of one turn of the event loop. */
export interface TaskMessage {
  readonly tasks: readonly Task[]
  /** Whether anybody watches and wants the values that writes replaced. */
  readonly previous: boolean
  /** The main thread's monotonic clock: the database thread has none. */
  readonly nowMs: number
}

/** What was done; which fields are there depends on the task. */
export interface Done {
  readonly id: number
  readonly failed?: Failure
  readonly changes?: readonly Change[]
  readonly item?: Item | undefined
  readonly items?: readonly Item[]
  readonly count?: number
  readonly more?: boolean
  /** expire: when the next key expires; size: bytes; compact: how far it got. */
  readonly number?: number | undefined
}

/** A change of one key; a put that was just asked for has its value on the other side already. */
export interface Change {
  readonly type: 'put' | 'delete'
  readonly key: string
  readonly revision: number
  readonly createRevision: number
  readonly value: Uint8Array | undefined
  readonly previous: Uint8Array | undefined
}

/** A refusal or fault on its way between threads. */
export interface Failure {
  readonly code: StoreErrorCode
  readonly message: string
  readonly revision?: number | undefined
  readonly current?: Item | undefined
}

/** The answer to all tasks of one transaction. */
export interface DoneMessage {
  readonly done: readonly Done[]
  /** The newest revision on disk. */
  readonly revision: number
  readonly compacted: number
  /** Why writes are refused, if they are. */
  readonly trouble: string | undefined
}

/** The first message of the database thread. */
export interface ReadyMessage {
  readonly failed?: string
  readonly revision: number
  readonly compacted: number
  readonly nextExpiryMs: number | undefined
}

/** What the database thread is started with. */
export interface WorkerOptions {
  readonly path: string
  readonly sizeBytesMax: number
  readonly reserveBytes: number
}
