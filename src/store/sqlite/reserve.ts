import { closeSync, fsyncSync, openSync, rmSync, statSync, writeSync } from 'node:fs'

// A file of nothing beside the database. When the disk is full it is given up, and what it took is room for deletes and
// compaction, which need some: a delete is a row too.

/** Room on the disk kept for the day it is full. */
export class Reserve {
  readonly #path: string
  readonly #bytes: number
  #triedMs = Number.NEGATIVE_INFINITY

  constructor(databasePath: string, bytes: number) {
    this.#path = `${databasePath}-reserve`
    this.#bytes = bytes
  }

  /** Makes the reserve, at most once a second of `nowMs`; gives whether it is there. */
  take(nowMs: number): boolean {
    if (nowMs - this.#triedMs < 1000) return false
    this.#triedMs = nowMs
    try {
      if (statSync(this.#path, { throwIfNoEntry: false })?.size !== this.#bytes) this.#write()
      return true
    } catch {
      this.release()
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
      // Random-looking bytes would defeat compressing file systems better; zeros are enough for those that do not.
      const chunk = Buffer.alloc(1024 * 1024)
      for (let at = 0; at < this.#bytes; at += chunk.length) {
        writeAll(file, chunk.subarray(0, Math.min(chunk.length, this.#bytes - at)))
      }
      fsyncSync(file)
    } finally {
      closeSync(file)
    }
  }
}

function writeAll(file: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) at += writeSync(file, bytes, at)
}
