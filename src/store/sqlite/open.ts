import { prefixEnd } from '#base/byte-order'
import type { Clock } from '#base/clock'
import { type Log, silent } from '#base/log'
import {
  type ListOptions,
  type Page,
  type Store,
  type StoreError,
  type StoreEvent,
  type Watch,
  type Watcher,
  isStoreError,
} from '../contract.ts'
import { refuseLarge } from '../refusals.ts'
import type { Change, DoneMessage } from './messages.ts'
import { type Asked, DatabaseThread } from './thread.ts'
import { Upkeep } from './upkeep.ts'
import { type HistoryPage, SqliteWatch } from './watch.ts'

/** What an embedded store is given. */
export interface SqliteStoreOptions {
  /** The database file; its folder is made when it is not there. */
  readonly path: string
  readonly clock: Clock
  readonly log?: Log
  /** How long history is kept, how many revisions at most, and about how many bytes of values. */
  readonly historyMs?: number
  readonly historyMax?: number
  readonly historyBytesMax?: number
  /** Creates and updates are refused when the database is larger than this. */
  readonly sizeBytesMax?: number
  /** Room on the disk set aside so that deletes work when it is full. */
  readonly reserveBytes?: number
  readonly valueBytesMax?: number
}

/** How much a step of compaction may hold up writers. */
const compactionStep = 200
const vacuumPages = 128
const expiryStep = 200
const historyPage = 500

/** Opens or makes an embedded store. @throws StoreError unavailable that says what to do. */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<Store> {
  return SqliteStore.open(options)
}

class SqliteStore implements Store {
  readonly #options: SqliteStoreOptions
  readonly #log: Log
  readonly #watches = new Set<SqliteWatch>()
  #thread!: DatabaseThread
  #upkeep!: Upkeep
  #revision = 0
  #compacted = 0
  #trouble: string | undefined
  #dead: StoreError | undefined

  private constructor(options: SqliteStoreOptions) {
    this.#options = options
    this.#log = options.log ?? silent
  }

  static async open(options: SqliteStoreOptions): Promise<SqliteStore> {
    const { path, clock, sizeBytesMax = 8 * 2 ** 30, reserveBytes = 4 * 2 ** 20 } = options
    const store = new SqliteStore(options)
    const [thread, ready] = await DatabaseThread.start(
      { path, sizeBytesMax, reserveBytes },
      {
        done: (message, taskOf) => store.#take(message, taskOf),
        died: (error) => store.#die(error),
        context: () => ({ previous: store.#watches.size > 0, nowMs: clock.monotonic() }),
      },
    )
    store.#thread = thread
    store.#revision = ready.revision
    store.#compacted = ready.compacted
    const { historyMs = 300_000, historyMax = 100_000, historyBytesMax = 512 * 2 ** 20 } = options
    const limits = { historyMs, historyMax, historyBytesMax }
    store.#upkeep = new Upkeep(clock, store.#log, store.#kept(), limits)
    if (ready.nextExpiryMs !== undefined) store.#upkeep.expireAt(ready.nextExpiryMs)
    return store
  }

  async get(key: string) {
    const { item } = await this.#thread.ask({ kind: 'get', key })
    return { item, revision: this.#revision }
  }

  async list(prefix: string, options: ListOptions = {}): Promise<Page> {
    const { limit = 0, revision = 0, countOnly = false, uncounted = false } = options
    const from = options.from !== undefined && options.from > prefix ? options.from : prefix
    const to = prefixEnd(prefix)
    const {
      items = [],
      number,
      more,
      count,
    } = await this.#thread.ask({
      kind: 'list',
      from,
      to,
      limit,
      revision,
      countOnly,
      uncounted,
    })
    return { items, revision: number as number, more: more === true, count: count as number }
  }

  async create(key: string, value: Uint8Array, options: { ttlSeconds?: number } = {}): Promise<number> {
    refuseLarge(key, value, this.#options.valueBytesMax)
    return this.#write({ kind: 'create', key, value, expiresMs: this.#expiresMs(options.ttlSeconds) })
  }

  async update(
    key: string,
    value: Uint8Array,
    expected: number,
    options: { ttlSeconds?: number } = {},
  ): Promise<number> {
    refuseLarge(key, value, this.#options.valueBytesMax)
    const expiresMs = this.#expiresMs(options.ttlSeconds)
    return this.#write({ kind: 'update', key, value, expected, expiresMs })
  }

  async delete(key: string, expected: number): Promise<number> {
    return this.#write({ kind: 'delete', key, expected })
  }

  watch(prefix: string, revision: number, watcher: Watcher): Watch {
    const watch = new SqliteWatch(prefix, revision || this.#revision, watcher, {
      history: (under, after) => this.#history(under, after),
      newest: () => this.#revision,
      over: (ended) => this.#watches.delete(ended),
    })
    this.#watches.add(watch)
    if (this.#dead) queueMicrotask(() => watch.end(this.#dead))
    else watch.start()
    return watch
  }

  async compact(revision: number): Promise<void> {
    const step: Asked = { kind: 'compact', revision, limit: compactionStep }
    await this.#thread.ask(step)
    while (this.#compacted < revision) {
      // Another compaction may get there first.
      await this.#thread.ask(step).catch((error: unknown) => {
        if (!isStoreError(error, 'compacted')) throw error
      })
    }
    let vacuumed = await this.#thread.ask({ kind: 'vacuum', pages: vacuumPages })
    while (vacuumed.more === true) vacuumed = await this.#thread.ask({ kind: 'vacuum', pages: vacuumPages })
    if (vacuumed.more === false) await this.#thread.ask({ kind: 'shrink' })
  }

  async revision(): Promise<number> {
    // This server alone writes, so what has been acknowledged has passed here.
    if (this.#dead) throw this.#dead
    return this.#revision
  }

  async health(): Promise<void> {
    await this.#thread.ask({ kind: 'health' })
  }

  async size(): Promise<number> {
    return (await this.#thread.ask({ kind: 'size' })).number as number
  }

  async close(): Promise<void> {
    this.#upkeep.stop()
    for (const watch of this.#watches) watch.close()
    await this.#thread.close()
  }

  async #write(task: Asked): Promise<number> {
    const { changes } = await this.#thread.ask(task)
    if ('value' in task) this.#upkeep.wrote(task.value.length)
    const [change] = changes as readonly [Change]
    return change.revision
  }

  async #history(prefix: string, after: number): Promise<HistoryPage> {
    const to = prefixEnd(prefix)
    const answer = await this.#thread.ask({ kind: 'history', after, from: prefix, to, limit: historyPage })
    return { events: (answer.changes ?? []).map((change) => toEvent(change)), upTo: answer.number as number }
  }

  #expiresMs(ttlSeconds: number | undefined): number | undefined {
    if (ttlSeconds === undefined) return undefined
    const atMs = Math.ceil(this.#options.clock.now() + ttlSeconds * 1000)
    this.#upkeep.expireAt(atMs)
    return atMs
  }

  #kept() {
    return {
      revision: () => this.#revision,
      compacted: () => this.#compacted,
      compact: (revision: number) => this.compact(revision),
      expire: async (nowMs: number) => {
        const done = await this.#thread.ask({ kind: 'expire', nowMs, limit: expiryStep })
        return done.number
      },
    }
  }

  #take(message: DoneMessage, taskOf: (id: number) => Asked | undefined): void {
    this.#revision = message.revision
    this.#compacted = message.compacted
    if (message.trouble !== this.#trouble) this.#reportTrouble(message.trouble)
    if (this.#watches.size === 0) return
    const fresh = message.done.flatMap(({ id, changes = [] }) => {
      const task = taskOf(id)
      if (!task || task.kind === 'history') return []
      return changes.map((change) => toEvent(change, 'value' in task ? task.value : undefined))
    })
    for (const watch of this.#watches) watch.take(fresh, message.revision)
  }

  #reportTrouble(trouble: string | undefined): void {
    this.#trouble = trouble
    if (trouble === undefined) this.#log.info('the database takes writes again', { path: this.#options.path })
    else this.#log.error('the database refuses writes', { path: this.#options.path, reason: trouble })
  }

  #die(error: StoreError): void {
    this.#dead = error
    this.#upkeep.stop()
    for (const watch of this.#watches) watch.end(isStoreError(error) ? error : undefined)
  }
}

const empty = new Uint8Array()

const toEvent = (change: Change, value?: Uint8Array): StoreEvent => ({
  type: change.type,
  key: change.key,
  revision: change.revision,
  value: value ?? change.value ?? empty,
  createRevision: change.createRevision,
  previous: change.previous,
})
