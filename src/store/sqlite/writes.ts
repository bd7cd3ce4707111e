import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Item } from '../contract.ts'
import { refuseFuture, refuseRepeated, requireAbsent, requireCurrent } from '../refusals.ts'
import { StoreError } from '../contract.ts'
import { pragma } from './connection.ts'
import type { Change, Done, Write } from './messages.ts'

type PutTask = Extract<Write, { kind: 'create' | 'update' }>

const empty = new Uint8Array(0)

/** The counters as they will be when the transaction commits. */
export interface Counters {
  revision: number
  compacted: number
}

/** The changes that the tables take; all run inside a transaction that the caller holds. */
export class Writes {
  readonly #db: DatabaseSync
  readonly #find: StatementSync
  readonly #value: StatementSync
  readonly #append: StatementSync
  readonly #point: StatementSync
  readonly #unpoint: StatementSync
  readonly #due: StatementSync
  readonly #nextExpiry: StatementSync
  readonly #dropReplaced: StatementSync
  readonly #dropDeletions: StatementSync
  readonly #setCounter: StatementSync

  constructor(db: DatabaseSync) {
    this.#db = db
    this.#find = db.prepare('SELECT revision, create_revision FROM live WHERE key = ?')
    this.#value = db.prepare('SELECT value FROM history WHERE revision = ?')
    this.#append = db.prepare('INSERT INTO history VALUES (?, ?, ?, ?, ?, ?)')
    this.#point = db.prepare('INSERT OR REPLACE INTO live VALUES (?, ?, ?, ?)')
    this.#unpoint = db.prepare('DELETE FROM live WHERE key = ?')
    this.#due = db.prepare('SELECT key FROM live WHERE expires <= ? ORDER BY expires LIMIT ?')
    this.#nextExpiry = db.prepare('SELECT min(expires) AS at FROM live WHERE expires IS NOT NULL')
    this.#dropReplaced = db.prepare(
      `DELETE FROM history WHERE revision IN
       (SELECT prev_revision FROM history WHERE revision > ? AND revision <= ? AND prev_revision > 0)`,
    )
    this.#dropDeletions = db.prepare('DELETE FROM history WHERE revision > ? AND revision <= ? AND deleted')
    this.#setCounter = db.prepare('UPDATE meta SET value = ? WHERE name = ?')
  }

  /** Does one task. @throws StoreError for a refusal that leaves the transaction as it was. */
  run(task: Write, counters: Counters, previous: boolean): Omit<Done, 'id'> {
    switch (task.kind) {
      case 'create':
      case 'update':
        return { changes: [this.#put(task, counters, previous)] }
      case 'delete': {
        const current = this.#current(task.key)
        requireCurrent(task.key, this.#complete(current, task.expected), task.expected)
        return { changes: [this.#remove(task.key, counters, previous)] }
      }
      case 'expire':
        return this.#expire(task.nowMs, task.limit, counters, previous)
      case 'compact':
        return this.#compact(task.revision, task.limit, counters)
      case 'vacuum':
        return this.#vacuum(task.pages)
    }
  }

  /** Writes the counters at the end of a transaction. */
  save(counters: Counters): void {
    this.#setCounter.run(counters.revision, 'revision')
    this.#setCounter.run(counters.compacted, 'compacted')
  }

  /** When the next key expires. */
  nextExpiry(): number | undefined {
    return (this.#nextExpiry.get() as unknown as { at: number | null }).at ?? undefined
  }

  #put(task: PutTask, counters: Counters, previous: boolean): Change {
    const { key, value } = task
    const current = this.#current(key)
    if (task.kind === 'create') requireAbsent(key, this.#complete(current, -1))
    else requireCurrent(key, this.#complete(current, task.expected), task.expected)
    const revision = ++counters.revision
    const createRevision = current?.createRevision ?? revision
    this.#append.run(revision, key, createRevision, current?.revision ?? 0, 0, value)
    this.#point.run(key, revision, createRevision, task.expiresMs ?? null)
    const replaced = previous && current ? this.#valueAt(current.revision) : undefined
    return { type: 'put', key, revision, createRevision, value: undefined, previous: replaced }
  }

  #remove(key: string, counters: Counters, previous: boolean): Change {
    const current = this.#current(key) as Item
    const revision = ++counters.revision
    this.#append.run(revision, key, current.createRevision, current.revision, 1, empty)
    this.#unpoint.run(key)
    const replaced = previous ? this.#valueAt(current.revision) : undefined
    const { createRevision } = current
    return { type: 'delete', key, revision, createRevision, value: undefined, previous: replaced }
  }

  #expire(nowMs: number, limit: number, counters: Counters, previous: boolean): Omit<Done, 'id'> {
    const due = this.#due.all(nowMs, limit) as unknown as { key: string }[]
    const changes = due.map(({ key }) => this.#remove(key, counters, previous))
    return { changes, number: this.nextExpiry() }
  }

  #compact(revision: number, limit: number, counters: Counters): Omit<Done, 'id'> {
    refuseFuture(revision, counters.revision)
    refuseRepeated(revision, counters.compacted)
    const to = Math.min(revision, counters.compacted + limit)
    this.#dropReplaced.run(counters.compacted, to)
    this.#dropDeletions.run(counters.compacted, to)
    counters.compacted = to
    return { number: to }
  }

  /** Gives free pages back while they are more than a quarter; says `more` when it did, whether there is more to give. */
  #vacuum(pages: number): Omit<Done, 'id'> {
    const isLoose = () =>
      Number(pragma(this.#db, 'freelist_count')) * 4 > Number(pragma(this.#db, 'page_count'))
    if (!isLoose()) return {}
    this.#db.exec(`PRAGMA incremental_vacuum(${pages})`)
    return { more: isLoose() }
  }

  /** The newest version of a key, its value left out. */
  #current(key: string): Item | undefined {
    const row = this.#find.get(key) as unknown as { revision: number; create_revision: number } | undefined
    return row && { key, value: empty, revision: row.revision, createRevision: row.create_revision }
  }

  /** Reads the value too when the expected revision does not fit: the refusal will show it. */
  #complete(current: Item | undefined, expected: number): Item | undefined {
    if (!current || current.revision === expected) return current
    return { ...current, value: this.#valueAt(current.revision) }
  }

  #valueAt(revision: number): Uint8Array {
    const row = this.#value.get(revision) as unknown as { value: Uint8Array } | undefined
    if (!row) throw new StoreError('unavailable', `the value of revision ${revision} is missing`)
    return row.value
  }
}
