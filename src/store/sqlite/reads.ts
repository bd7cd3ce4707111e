import type { DatabaseSync, StatementSync } from 'node:sqlite'
import type { Item } from '../contract.ts'
import { refuseCompacted, refuseFuture } from '../refusals.ts'
import type { Change, Done, Read } from './messages.ts'

type ListTask = Extract<Read, { kind: 'list' }>
type HistoryTask = Extract<Read, { kind: 'history' }>

interface ItemRow {
  readonly key: string
  readonly revision: number
  readonly create_revision: number
  readonly value: Uint8Array<ArrayBuffer>
}

interface HistoryRow extends ItemRow {
  readonly deleted: number
  readonly previous: Uint8Array<ArrayBuffer> | null
}

const inRange = '(key >= :from AND (:to IS NULL OR key < :to))'
// The keys under a prefix as they were at a past revision, see the schema.
const past = `
  SELECT key, revision FROM live WHERE ${inRange} AND revision <= :at
  UNION ALL
  SELECT key, prev_revision AS revision FROM history
  WHERE revision > :at AND prev_revision > 0 AND prev_revision <= :at AND ${inRange}`

/** The questions that the tables answer. */
export class Reads {
  readonly #get: StatementSync
  readonly #list: StatementSync
  readonly #count: StatementSync
  readonly #listPast: StatementSync
  readonly #countPast: StatementSync
  readonly #history: StatementSync

  constructor(db: DatabaseSync) {
    const columns =
      'history.key AS key, history.revision AS revision, history.create_revision AS create_revision, value'
    this.#get = db.prepare(`SELECT ${columns} FROM live JOIN history USING (revision) WHERE live.key = ?`)
    const page = (rows: string) =>
      db.prepare(`SELECT ${columns} FROM (${rows} ORDER BY key LIMIT :limit) AS page JOIN history USING (revision)
                  ORDER BY page.key`)
    this.#list = page(`SELECT key, revision FROM live WHERE ${inRange}`)
    this.#count = db.prepare(`SELECT count(*) AS count FROM live WHERE ${inRange}`)
    this.#listPast = page(past)
    this.#countPast = db.prepare(`SELECT count(*) AS count FROM (${past})`)
    this.#history = db.prepare(
      `SELECT h.key, h.revision, h.create_revision, h.deleted, h.value, p.value AS previous
       FROM (SELECT * FROM history WHERE revision > :after AND ${inRange} ORDER BY revision LIMIT :limit) AS h
       LEFT JOIN history AS p ON p.revision = h.prev_revision ORDER BY h.revision`,
    )
  }

  /** The newest version of a key. */
  get(key: string): Item | undefined {
    const row = this.#get.get(key) as unknown as ItemRow | undefined
    return row && toItem(row)
  }

  /** @throws StoreError compacted, futureRevision. */
  list(task: ListTask, newest: number, compacted: number): Omit<Done, 'id'> {
    const { from, limit, countOnly } = task
    const at = task.revision || newest
    refuseFuture(at, newest)
    refuseCompacted(at, compacted)
    const isPast = at < newest
    const range = isPast ? { from, to: task.to ?? null, at } : { from, to: task.to ?? null }
    const count = (): number =>
      ((isPast ? this.#countPast : this.#count).get(range) as unknown as { count: number }).count
    if (countOnly) return { items: [], count: count(), more: false, number: at }
    const page = isPast ? this.#listPast : this.#list
    // Without a count, one more row tells whether there are more.
    const rows = page.all({ ...range, limit: limit === 0 ? -1 : limit + 1 }) as unknown as ItemRow[]
    const more = limit > 0 && rows.length > limit
    if (more) rows.pop()
    const all = more && !task.uncounted ? count() : rows.length
    return { items: rows.map(toItem), count: all, more, number: at }
  }

  /** The changes after a revision, at most `limit`; `more` when there may be others. @throws StoreError compacted. */
  history(task: HistoryTask, newest: number, compacted: number): Omit<Done, 'id'> {
    const { after, from, to, limit } = task
    refuseCompacted(after, compacted)
    const rows = this.#history.all({ after, from, to: to ?? null, limit }) as unknown as HistoryRow[]
    const more = rows.length === limit
    return { changes: rows.map(toChange), more, number: more ? rows.at(-1)?.revision : newest }
  }
}

const toItem = (row: ItemRow): Item => ({
  key: row.key,
  value: row.value,
  revision: row.revision,
  createRevision: row.create_revision,
})

const toChange = (row: HistoryRow): Change => ({
  type: row.deleted ? 'delete' : 'put',
  key: row.key,
  revision: row.revision,
  createRevision: row.create_revision,
  value: row.value,
  previous: row.previous ?? undefined,
})
