import { closeSync, fsyncSync, ftruncateSync, openSync, rmSync, statSync, writeSync } from 'node:fs'

// A file of nothing beside the database. When the disk is full it is given up, and what it took is room for deletes and
// compaction, which need some: a delete is a row too.

const noRoom = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** Room on the disk kept for the day it is full. */
export class Reserve {
  readonly #path: string
  readonly #bytes: number
  #triedMs = Number.NEGATIVE_INFINITY

  constructor(databasePath: string, bytes: number) {
    this.#path = `${databasePath}-reserve`
    this.#bytes = bytes
  }

  /** Makes the reserve, at most once a second of `nowMs`; gives whether there is room. @throws other faults of the disk. */
  take(nowMs: number): boolean {
    if (nowMs - this.#triedMs < 1000) return false
    this.#triedMs = nowMs
    try {
      if (statSync(this.#path, { throwIfNoEntry: false })?.size !== this.#bytes) this.#write()
      return true
    } catch (error) {
      this.release()
      if (!noRoom.has((error as NodeJS.ErrnoException).code ?? '')) throw error
      return false
    }
  }

  /** Gives the room back to the disk. */
  release(): void {
    rmSync(this.#path, { force: true })
  }

  #write(): void {
    const file = openSync(this.#path, 'w', 0o600)
    try {
      const chunk = Buffer.alloc(1024 * 1024)
      // Twice as much must fit: what has just been given up must not count as room that has come back.
      for (let left = 2 * this.#bytes; left > 0; left -= chunk.length) {
        writeAll(file, chunk.subarray(0, Math.min(chunk.length, left)))
      }
      ftruncateSync(file, this.#bytes)
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
