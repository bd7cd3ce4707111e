import { mkdirSync } from 'node:fs'
import { dirname } from 'node:path'
import { DatabaseSync } from 'node:sqlite'

// history: one row per revision, appended; live: which row is each key's newest. A value is written once, and neither
// table needs a second index. prev_revision is the version that a row replaced (0 for a new key), so a past state is
// the live rows not newer than it, plus the versions that newer rows have replaced.
const schema = `
  CREATE TABLE IF NOT EXISTS meta (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
  CREATE TABLE IF NOT EXISTS history (
    revision INTEGER PRIMARY KEY,
    key TEXT NOT NULL,
    create_revision INTEGER NOT NULL,
    prev_revision INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    value BLOB NOT NULL
  );
  CREATE TABLE IF NOT EXISTS live (
    key TEXT PRIMARY KEY,
    revision INTEGER NOT NULL,
    create_revision INTEGER NOT NULL,
    expires INTEGER
  ) WITHOUT ROWID;
  CREATE INDEX IF NOT EXISTS live_expires ON live (expires) WHERE expires IS NOT NULL;
  INSERT OR IGNORE INTO meta VALUES ('format', 1), ('revision', 1), ('compacted', 1);
`

/** Opens the file alone, safe against power loss, with its tables. @throws Error that says what to do. */
export function openConnection(path: string): DatabaseSync {
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 })
  const db = reportOpening(path, () => new DatabaseSync(path, { timeout: 1000 }))
  try {
    reportOpening(path, () => prepare(db, path))
    return db
  } catch (error) {
    db.close()
    throw error
  }
}

function prepare(db: DatabaseSync, path: string): void {
  // An exclusive lock for as long as the connection lives: a second server must not write beside this one. The kernel
  // drops it when the process dies.
  db.exec('PRAGMA locking_mode = EXCLUSIVE')
  db.exec('PRAGMA auto_vacuum = INCREMENTAL')
  db.exec('PRAGMA journal_mode = WAL')
  db.exec('PRAGMA synchronous = FULL')
  // SQLite's own checkpoints pass over a sync that failed: ours do not, see Database.
  db.exec('PRAGMA wal_autocheckpoint = 0')
  db.exec('PRAGMA temp_store = MEMORY')
  db.exec('PRAGMA cache_size = -16000')
  db.exec(`BEGIN IMMEDIATE; ${schema} COMMIT`)
  requireSetting(db, path, 'journal_mode', 'wal')
  requireSetting(db, path, 'synchronous', 2)
  requireSetting(db, path, 'locking_mode', 'exclusive')
  const format = db.prepare("SELECT value FROM meta WHERE name = 'format'").get()?.value
  if (format !== 1)
    throw new Error(`database "${path}" has format ${String(format)}, this program reads format 1`)
}

function requireSetting(db: DatabaseSync, path: string, name: string, wanted: unknown): void {
  const found = pragma(db, name)
  if (found !== wanted)
    throw new Error(`database "${path}" has ${name} ${String(found)}, not ${String(wanted)}`)
}

/** The value of a setting or counter of SQLite. */
export function pragma(db: DatabaseSync, name: string): unknown {
  return Object.values(db.prepare(`PRAGMA ${name}`).get() ?? {})[0]
}

const repair = 'move it away and restore a snapshot ("kubeling snapshot restore")'

/** Looks for damage: SQLite's own check, then that the tables tell one story. @throws Error naming the first fault. */
export function checkIntegrity(db: DatabaseSync, path: string): void {
  const fault = reportOpening(path, () => findFault(db))
  if (fault === undefined) return
  throw new Error(`database "${path}" is damaged: ${fault}; ${repair}`)
}

function findFault(db: DatabaseSync): string | undefined {
  const quick = String(pragma(db, 'quick_check'))
  if (quick !== 'ok') return quick
  const one = (sql: string) => Object.values(db.prepare(sql).get() ?? {})[0]
  const revision = Number(one("SELECT value FROM meta WHERE name = 'revision'"))
  const newest = Number(one('SELECT ifnull(max(revision), 0) FROM history'))
  if (newest > revision) return `revision ${newest} is written, the counter says ${revision}`
  const compacted = Number(one("SELECT value FROM meta WHERE name = 'compacted'"))
  if (compacted > revision) return `compacted up to ${compacted}, the counter says ${revision}`
  const kept = Number(one(`SELECT count(*) FROM history WHERE revision > ${compacted}`))
  if (kept !== revision - compacted) return `${revision - compacted - kept} revisions of history are missing`
  const orphans = Number(
    one(`SELECT count(*) FROM live LEFT JOIN history USING (revision)
         WHERE history.key IS NOT live.key OR history.deleted`),
  )
  return orphans === 0 ? undefined : `${orphans} keys have no value`
}

/** SQLite's code of an error without its details, or undefined when it is not SQLite's. */
export function sqliteCode(error: unknown): number | undefined {
  const code = (error as { errcode?: unknown } | undefined)?.errcode
  return typeof code === 'number' ? code & 0xff : undefined
}

/** SQLite's numbers for what we tell apart. */
export const sqliteBusy = 5
export const sqliteFull = 13

const openingFaults: Readonly<Record<number, string>> = {
  [sqliteBusy]: 'is in use by another process; stop that one, or give another path',
  8: 'cannot be written',
  10: 'cannot be read or written: the disk fails',
  11: `is damaged; ${repair}`,
  14: 'cannot be opened',
  [sqliteFull]: 'cannot grow: the disk is full',
  26: 'is not a database; move the file away, or give another path',
}

function reportOpening<T>(path: string, open: () => T): T {
  try {
    return open()
  } catch (error) {
    const fault = openingFaults[sqliteCode(error) ?? -1]
    if (fault === undefined) throw error
    throw new Error(`database "${path}" ${fault}: ${(error as Error).message}`, { cause: error })
  }
}
