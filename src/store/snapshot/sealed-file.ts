import { createHash } from 'node:crypto'
import { closeSync, fsyncSync, openSync, readSync, statSync, writeSync } from 'node:fs'
import { dirname } from 'node:path'

// A snapshot is a database with the SHA-256 of all its bytes behind it, as etcd's are. A database is a multiple of 512
// bytes long, so a file with a hash can be told from one without.

const hashBytes = 32
const sectorBytes = 512
const chunkBytes = 1024 * 1024

/** Whether a hash stands at the end of a file of this size. */
export const isSealed = (sizeBytes: number) => sizeBytes > hashBytes && sizeBytes % sectorBytes === hashBytes

/** Writes the hash of a database's bytes behind them, and waits for the disk. */
export function seal(path: string): void {
  const file = openSync(path, 'r+')
  try {
    const hash = createHash('sha256')
    const sizeBytes = eachChunk(file, statSync(path).size, (chunk) => hash.update(chunk))
    writeWhole(file, hash.digest(), sizeBytes)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/**
 * Reads a snapshot from end to end, giving its database piece by piece. @throws Error when the hash is missing (unless
 * `skipHash`) or does not fit.
 */
export function readSealed(path: string, skipHash: boolean, take: (chunk: Uint8Array) => void): void {
  const { size } = statSync(path)
  if (!isSealed(size) && !skipHash)
    throw new Error(
      `snapshot "${path}" has no hash at its end: it is cut short, or no file of "kubeling snapshot save"`,
    )
  const file = openSync(path, 'r')
  try {
    const hash = createHash('sha256')
    const bodyBytes = isSealed(size) ? size - hashBytes : size
    eachChunk(file, bodyBytes, (chunk) => {
      hash.update(chunk)
      take(chunk)
    })
    if (!skipHash) compareHash(path, file, bodyBytes, hash.digest())
  } finally {
    closeSync(file)
  }
}

function compareHash(path: string, file: number, at: number, found: Buffer): void {
  const expected = Buffer.alloc(hashBytes)
  readSync(file, expected, 0, hashBytes, at)
  if (expected.equals(found)) return
  throw new Error(
    `snapshot "${path}" is damaged: expected sha256 ${expected.toString('hex')}, got ${found.toString('hex')}`,
  )
}

/** Gives the first `sizeBytes` of a file in pieces; says how many there were. */
function eachChunk(file: number, sizeBytes: number, take: (chunk: Uint8Array) => void): number {
  const buffer = Buffer.allocUnsafe(chunkBytes)
  let at = 0
  while (at < sizeBytes) {
    const got = readSync(file, buffer, 0, Math.min(chunkBytes, sizeBytes - at), at)
    if (got === 0) throw new Error(`the file ends after ${at} of ${sizeBytes} bytes`)
    take(buffer.subarray(0, got))
    at += got
  }
  return at
}

/** Writes all of some bytes at a place of a file, or behind what was written last. */
export function writeWhole(file: number, bytes: Uint8Array, position: number | null = null): void {
  for (let at = 0; at < bytes.length; ) {
    at += writeSync(file, bytes, at, bytes.length - at, position === null ? null : position + at)
  }
}

/** Waits until a file, or the names in a folder, are on disk. */
export function syncPath(path: string): void {
  const file = openSync(path, 'r')
  try {
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
}

/** Waits until a file's name is on disk. */
export const syncNameOf = (path: string) => syncPath(dirname(path))
