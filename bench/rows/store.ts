// Durable creates of 1 KB through the embedded store, beside bare SQLite (one client) and, for many clients, beside
// bare SQLite that puts as many rows into each transaction: nothing that promises durability does less.
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { closeSync, fdatasyncSync, openSync, writeSync } from 'node:fs'
import { realClock } from '#host/clock'
import { openSqliteStore } from '#store'
import { type Measured, quantile, type Row } from '../row.ts'

const value = new Uint8Array(1000).fill(120)

/** Has clients do one thing after another for so long. */
async function measure(
  clients: number,
  seconds: number,
  once: (client: number, i: number) => unknown,
): Promise<Measured> {
  const times: number[] = []
  const began = performance.now()
  const end = began + seconds * 1000
  const client = async (number: number) => {
    for (let i = 0; performance.now() < end; i++) {
      const before = performance.now()
      await once(number, i)
      times.push(performance.now() - before)
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, number) => client(number)))
  const sorted = times.toSorted((a, b) => a - b)
  const value = (times.length * 1000) / (performance.now() - began)
  return { value, p50Ms: quantile(sorted, 0.5), p99Ms: quantile(sorted, 0.99) }
}

async function inFolder<T>(run: (folder: string) => Promise<T>): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), 'kubeling-bench-'))
  try {
    return await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function creates(clients: number): (seconds: number) => Promise<Measured> {
  return (seconds) =>
    inFolder(async (folder) => {
      const store = await openSqliteStore({ path: join(folder, 'store.db'), clock: realClock })
      const result = await measure(clients, seconds, (client, i) =>
        store.create(`/bench/${client}/${i}`, value),
      )
      await store.close()
      return result
    })
}

function bareSqlite(rows: number): (seconds: number) => Promise<Measured> {
  return (seconds) =>
    inFolder(async (folder) => {
      const db = new DatabaseSync(join(folder, 'bare.db'))
      db.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL')
      db.exec('CREATE TABLE t (id INTEGER PRIMARY KEY, key TEXT, value BLOB)')
      const insert = db.prepare('INSERT INTO t (key, value) VALUES (?, ?)')
      const result = await measure(1, seconds, (_, i) => {
        db.exec('BEGIN IMMEDIATE')
        for (let row = 0; row < rows; row++) insert.run(`/bench/${row}/${i}`, value)
        db.exec('COMMIT')
      })
      db.close()
      return { ...result, value: result.value * rows }
    })
}

const bareSync = (seconds: number) =>
  inFolder(async (folder) => {
    const file = openSync(join(folder, 'bare'), 'w')
    const result = await measure(1, seconds, () => {
      writeSync(file, value)
      fdatasyncSync(file)
    })
    closeSync(file)
    return result
  })

/** The store's rows. */
export const rows: readonly Row[] = [
  {
    name: 'store create, 1 client',
    floorName: 'bare SQLite',
    needsProcess: true,
    ours: (_, seconds) => creates(1)(seconds),
    floor: (_, seconds) => bareSqlite(1)(seconds),
  },
  {
    name: 'store create, 1 client',
    floorName: 'write and fdatasync',
    needsProcess: true,
    ours: (_, seconds) => creates(1)(seconds),
    floor: (_, seconds) => bareSync(seconds),
  },
  {
    name: 'store create, 32 clients',
    floorName: 'bare SQLite, 32 rows a commit',
    needsProcess: true,
    ours: (_, seconds) => creates(32)(seconds),
    floor: (_, seconds) => bareSqlite(32)(seconds),
  },
]
