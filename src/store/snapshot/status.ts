import { resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { statSync } from 'node:fs'
import { pathToFileURL } from 'node:url'
import { crc32 } from 'node:zlib'
import { checkIntegrity } from '../sqlite/connection.ts'
import { readSealed } from './sealed-file.ts'

/** What a snapshot holds. */
export interface SnapshotStatus {
  /** CRC-32 of all keys, their revisions and values: the same for the same state, whatever the file looks like. */
  readonly hash: number
  readonly revision: number
  readonly totalKey: number
  readonly totalSize: number
}

/** Reads a snapshot from end to end. @throws Error when it is damaged or no snapshot. */
export function snapshotStatus(path: string): SnapshotStatus {
  readSealed(path, false, () => {})
  const db = openUnchanged(path)
  try {
    checkIntegrity(db, path)
    const revision = Number(db.prepare("SELECT value FROM meta WHERE name = 'revision'").get()?.value)
    const { hash, totalKey } = hashKeys(db)
    return { hash, revision, totalKey, totalSize: statSync(path).size }
  } finally {
    db.close()
  }
}

/** Opens a file that nobody changes: without locks, and without looking for what belongs to it. */
function openUnchanged(path: string): DatabaseSync {
  const url = pathToFileURL(resolve(path))
  url.search = '?immutable=1'
  return new DatabaseSync(url, { readOnly: true })
}

function hashKeys(db: DatabaseSync): { hash: number; totalKey: number } {
  const rows = db
    .prepare(
      'SELECT live.key AS key, revision, value FROM live JOIN history USING (revision) ORDER BY live.key',
    )
    .iterate() as unknown as Iterable<{ key: string; revision: number; value: Uint8Array }>
  let hash = 0
  let totalKey = 0
  for (const { key, revision, value } of rows) {
    hash = crc32(value, crc32(`${key}\0${revision}\0`, hash))
    totalKey++
  }
  return { hash, totalKey }
}
