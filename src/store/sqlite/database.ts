import type { DatabaseSync } from 'node:sqlite'
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

/** The database as its thread sees it: groups of tasks in, answers out, everything synchronous. */
export class Database {
  readonly #db: DatabaseSync
  readonly #reads: Reads
  readonly #writes: Writes
  readonly #reserve: Reserve
  readonly #options: WorkerOptions
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
    this.#counters = { revision: this.#counter('revision'), compacted: this.#counter('compacted') }
    this.#reserve = new Reserve(options.path, options.reserveBytes)
    if (!this.#takeReserve()) this.#full = 'the disk is full'
  }

  ready(): ReadyMessage {
    return { ...this.#counters, nextExpiryMs: this.#writes.nextExpiry() }
  }

  /** Does all writes in one transaction, then the reads. */
  run(tasks: readonly Task[], previous: boolean, nowMs: number): DoneMessage {
    const writes = tasks.filter(isWrite)
    const done = writes.length > 0 ? this.#writeAll(writes, previous, nowMs) : []
    if (done.some(({ more }) => more === false)) this.#shrink()
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
      this.#lookForRoom(nowMs)
      return this.#transact(writes, previous)
    } catch (error) {
      if (sqliteCode(error) !== sqliteFull) return this.#stop(writes, error)
    }
    this.#enterFull('the disk is full')
    try {
      return this.#transact(writes, previous)
    } catch (error) {
      // Even the reserve was not enough: nothing was written, so nothing is unknown.
      if (sqliteCode(error) === sqliteFull) return refuseAll(writes, 'full', 'the disk is full')
      return this.#stop(writes, error)
    }
  }

  /** Lets the file system have what vacuuming has freed, which is still in the log until it is copied to the file. */
  #shrink(): void {
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
      return { id: task.id, failed: { code: 'full', message: `nothing can be added: ${this.#full}` } }
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

  #enterFull(why: string): void {
    this.#full = why
    this.#reserve.release()
  }

  #stop(writes: readonly Write[], error: unknown): Done[] {
    this.#broken = `writing to database "${this.#options.path}" failed, so it takes no more writes until a restart: ${(error as Error).message}`
    return refuseAll(writes, 'unavailable', this.#broken)
  }
}

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
