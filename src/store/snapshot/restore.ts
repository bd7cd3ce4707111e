import { closeSync, existsSync, linkSync, mkdirSync, openSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { checkIntegrity } from '../sqlite/connection.ts'
import { makePart, removePart } from './part.ts'
import { readSealed, syncNameOf, syncPath, writeWhole } from './sealed-file.ts'

/** How a snapshot becomes a database. */
export interface RestoreOptions {
  /**
   * How far revisions go forward, so that none is given twice: more than the writes that came after the snapshot, which
   * clients may have seen.
   */
  readonly bumpRevision: number
  /** Forgets the past, so that whoever watches from a revision of it lists anew. */
  readonly markCompacted: boolean
  readonly skipHashCheck: boolean
}

/**
 * Makes a database of a snapshot; it is there whole or not at all. @throws Error when there is one already, and when the
 * snapshot is damaged.
 */
export function restoreSnapshot(snapshot: string, database: string, options: RestoreOptions): number {
  const target = resolve(database)
  refusePresent(target)
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 })
  const part = makePart(target)
  try {
    copyBody(snapshot, part, options.skipHashCheck)
    const revision = moveForward(snapshot, part, options)
    syncPath(part)
    putInPlace(part, target)
    return revision
  } finally {
    removePart(part)
  }
}

/** A log that is left of another database would be played into this one. */
function refusePresent(database: string): void {
  const found = ['', '-wal', '-journal'].map((ending) => database + ending).find((path) => existsSync(path))
  if (found !== undefined)
    throw new Error(
      `"${found}" is there already: move it away with the files beside it, or restore elsewhere`,
    )
}

function copyBody(snapshot: string, part: string, skipHash: boolean): void {
  const file = openSync(part, 'r+')
  try {
    readSealed(snapshot, skipHash, (chunk) => writeWhole(file, chunk))
  } finally {
    closeSync(file)
  }
}

function moveForward(snapshot: string, part: string, options: RestoreOptions): number {
  const db = new DatabaseSync(part)
  try {
    // The part is thrown away when anything fails, and synced when all is well.
    db.exec('PRAGMA journal_mode = MEMORY')
    db.exec('PRAGMA synchronous = OFF')
    checkIntegrity(db, snapshot)
    return bump(db, options)
  } finally {
    db.close()
  }
}

function bump(db: DatabaseSync, { bumpRevision, markCompacted }: RestoreOptions): number {
  const before = Number(db.prepare("SELECT value FROM meta WHERE name = 'revision'").get()?.value)
  const revision = before + bumpRevision
  if (!Number.isSafeInteger(revision))
    throw new Error(`revision ${before} cannot go forward by ${bumpRevision}`)
  if (!markCompacted) return before
  db.exec('BEGIN')
  db.prepare("UPDATE meta SET value = ? WHERE name IN ('revision', 'compacted')").run(revision)
  db.exec('DELETE FROM history WHERE revision NOT IN (SELECT revision FROM live)')
  db.exec('COMMIT')
  return revision
}

/** Unlike a rename, a link never replaces what a server may have made in the meantime. */
function putInPlace(part: string, target: string): void {
  linkSync(part, target)
  syncNameOf(target)
}
