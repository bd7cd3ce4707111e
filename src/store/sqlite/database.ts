import type { DatabaseSync, StatementSync } from 'node:sqlite'
import { StoreError, isStoreError } from '../contract.ts'
import { checkIntegrity, openConnection, pragma, sqliteCode, sqliteFull } from './connection.ts'
import { CopyDoor } from './copy-door.ts'
import type {
  Done,
  DoneMessage,
  Failure,
  Read,
  ReadyMessage,
  Task,
  WorkerOptions,
  Write,
} from './messages.ts'
import { Reads } from './reads.ts'
import { Reserve } from './reserve.ts'
import { type Counters, Writes } from './writes.ts'

// Invariants: an answer is given only after COMMIT has returned, so it is on disk; after a failed sync nothing is
// written any more, because the kernel may have dropped what it could not write; a group is all or nothing.

/** How long the log may get before it is copied to the file, whatever the reserve. */
const logPagesMax = 1000
/** What to do about a full disk. */
const whenFull = 'delete objects or make room on the disk, then it goes on by itself'
/** After how many groups one looks how long the log is: before SQLite 3.51 that copies it too. */
const logCheckGroups = Number(process.versions.sqlite?.split('.')[1]) >= 51 ? 1 : 16

/** The database as its thread sees it: groups of tasks in, answers out, everything synchronous. */
export class Database {
  readonly #db: DatabaseSync
  readonly #reads: Reads
  readonly #writes: Writes
  readonly #reserve: Reserve
  readonly #options: WorkerOptions
  readonly #logPages: StatementSync
  readonly #logPagesMax: number
  #groups = 0
  #counters: Counters
  /** Why no write is taken any more. */
  #broken: string | undefined
  /** Why only deletes and compaction are taken. */
  #full: string | undefined

  /** @throws Error that says what to do. */
  constructor(options: WorkerOptions) {
    this.#options = options
    this.#db = openConnection(options.path)
    checkIntegrity(this.#db, options.path)
    this.#reads = new Reads(this.#db)
    this.#writes = new Writes(this.#db)
    this.#logPagesMax = logLimit(options.reserveBytes, Number(pragma(this.#db, 'page_size')))
    this.#logPages = this.#db.prepare('PRAGMA wal_checkpoint(NOOP)')
    this.#counters = { revision: this.#counter('revision'), compacted: this.#counter('compacted') }
    this.#reserve = new Reserve(options.path, options.reserveBytes)
    if (!this.#takeReserve()) this.#full = 'the disk is full'
  }

  ready(): ReadyMessage {
    return { ...this.#counters, nextExpiryMs: this.#writes.nextExpiry() }
  }

  /** Does all writes in one transaction, then the reads. */
  run(tasks: readonly Task[], previous: boolean, nowMs: number): DoneMessage {
    // Before the writes: after a sync that failed nothing may be acknowledged.
    if (tasks.some(({ kind }) => kind === 'shrink')) this.#shrink()
    const writes = tasks.filter(isWrite)
    const done = writes.length > 0 ? this.#writeAll(writes, previous, nowMs) : []
    for (const task of tasks) if (!isWrite(task)) done.push(this.#answer(task))
    return { done, ...this.#counters, trouble: this.#broken ?? this.#full }
  }

  /** Lets copies be made while the database is open; to be closed before it. */
  openDoor(): CopyDoor {
    return new CopyDoor(this.#db, this.#options.path)
  }

  close(): void {
    if (this.#db.isOpen) this.#db.close()
  }

  #takeReserve(): boolean {
    try {
      return this.#reserve.take(0)
    } catch (error) {
      const { path } = this.#options
      throw new Error(`database "${path}" cannot be used: ${(error as Error).message}`, { cause: error })
    }
  }

  #counter(name: string): number {
    return Number(this.#db.prepare('SELECT value FROM meta WHERE name = ?').get(name)?.value)
  }

  #writeAll(writes: readonly Write[], previous: boolean, nowMs: number): Done[] {
    if (this.#broken !== undefined) return refuseAll(writes, 'unavailable', this.#broken)
    try {
      this.#keepLogShort()
      this.#lookForRoom(nowMs)
      return this.#transact(writes, previous)
    } catch (error) {
      if (sqliteCode(error) !== sqliteFull) return this.#stop(writes, error)
    }
    try {
      this.#enterFull('the disk is full')
      return this.#transact(writes, previous)
    } catch (error) {
      // Even the reserve was not enough: nothing was written, so nothing is unknown.
      if (sqliteCode(error) === sqliteFull) return refuseAll(writes, 'full', `the disk is full; ${whenFull}`)
      return this.#stop(writes, error)
    }
  }

  /** Copies the log to the file when it has grown long. @throws the disk's fault. */
  #keepLogShort(): void {
    this.#groups++
    if (this.#groups % logCheckGroups !== 0) return
    if (Number(this.#logPages.get()?.log) > this.#logPagesMax) this.#db.exec('PRAGMA wal_checkpoint(PASSIVE)')
  }

  #shrink(): void {
    if (this.#broken !== undefined) return
    try {
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      if (sqliteCode(error) !== sqliteFull) this.#stop([], error)
    }
  }

  #transact(writes: readonly Write[], previous: boolean): Done[] {
    const counters = { ...this.#counters }
    this.#db.exec('BEGIN IMMEDIATE')
    try {
      const done = writes.map((task) => this.#write(task, counters, previous))
      this.#writes.save(counters)
      this.#db.exec('COMMIT')
      this.#counters = counters
      return done
    } catch (error) {
      if (this.#db.isTransaction) this.#db.exec('ROLLBACK')
      throw error
    }
  }

  #write(task: Write, counters: Counters, previous: boolean): Done {
    if (this.#full !== undefined && (task.kind === 'create' || task.kind === 'update')) {
      return {
        id: task.id,
        failed: { code: 'full', message: `nothing can be added: ${this.#full}; ${whenFull}` },
      }
    }
    try {
      return { id: task.id, ...this.#writes.run(task, counters, previous) }
    } catch (error) {
      return { id: task.id, failed: toFailure(error) }
    }
  }

  #answer(task: Read): Done {
    try {
      return { id: task.id, ...this.#read(task) }
    } catch (error) {
      if (isStoreError(error)) return { id: task.id, failed: toFailure(error) }
      return {
        id: task.id,
        failed: { code: 'unavailable', message: `cannot read: ${(error as Error).message}` },
      }
    }
  }

  #read(task: Read): Omit<Done, 'id'> {
    const { revision, compacted } = this.#counters
    switch (task.kind) {
      case 'get':
        return { item: this.#reads.get(task.key) }
      case 'list':
        return this.#reads.list(task, revision, compacted)
      case 'history':
        return this.#reads.history(task, revision, compacted)
      case 'size':
        return { number: this.#sizeBytes('page_count') }
      case 'health': {
        const trouble = this.#broken ?? this.#full
        if (trouble !== undefined)
          throw new StoreError(this.#broken === undefined ? 'full' : 'unavailable', trouble)
        return {}
      }
      case 'shrink':
        return {}
      case 'close':
        this.close()
        return {}
    }
  }

  #sizeBytes(pages: 'page_count' | 'freelist_count'): number {
    return Number(pragma(this.#db, pages)) * Number(pragma(this.#db, 'page_size'))
  }

  /** Leaves the full state when there is room again, and enters it when the file has grown to its limit. */
  #lookForRoom(nowMs: number): void {
    const usedBytes = this.#sizeBytes('page_count') - this.#sizeBytes('freelist_count')
    if (usedBytes > this.#options.sizeBytesMax) {
      this.#full = `the database has reached its limit of ${this.#options.sizeBytesMax} bytes`
    } else if (this.#full !== undefined && this.#reserve.take(nowMs)) {
      this.#full = undefined
    }
  }

  /** @throws other faults of the disk. */
  #enterFull(why: string): void {
    this.#full = why
    this.#reserve.release()
    try {
      // The reserve has room for the whole log, which then begins anew: that is the room for deletes.
      this.#db.exec('PRAGMA wal_checkpoint(TRUNCATE)')
    } catch (error) {
      if (sqliteCode(error) !== sqliteFull) throw error
    }
  }

  #stop(writes: readonly Write[], error: unknown): Done[] {
    this.#broken = `writing to database "${this.#options.path}" failed, so it takes no more writes until a restart: ${(error as Error).message}`
    return refuseAll(writes, 'unavailable', this.#broken)
  }
}

/** A log that is longer than the reserve could not be copied to the file when the disk is full. */
const logLimit = (reserveBytes: number, pageBytes: number): number =>
  reserveBytes > 0 ? Math.min(logPagesMax, Math.floor(reserveBytes / pageBytes)) : logPagesMax

const isWrite = (task: Task): task is Write =>
  task.kind === 'create' ||
  task.kind === 'update' ||
  task.kind === 'delete' ||
  task.kind === 'expire' ||
  task.kind === 'compact' ||
  task.kind === 'vacuum'

const refuseAll = (tasks: readonly Task[], code: Failure['code'], message: string): Done[] =>
  tasks.map(({ id }) => ({ id, failed: { code, message } }))

function toFailure(error: unknown): Failure {
  if (!isStoreError(error)) throw error
  return { code: error.code, message: error.message, revision: error.revision, current: error.current }
}
