import type { Writable } from 'node:stream'
import type { HttpResponse } from '#base/http'

/** Pieces of an answer are written in blocks of about this size: fewer, larger writes. */
const blockBytes = 64 * 1024

/** Answers above this are compressed for clients that accept it, as upstream does. */
const gzipBytesMin = 128 * 1024

/** The pieces of an answer that is in hand; undefined for a stream. */
export function piecesOf(body: HttpResponse['body']): readonly Uint8Array[] | undefined {
  if (body instanceof Uint8Array) return [body]
  return Array.isArray(body) ? body : undefined
}

/** The length of all pieces. */
export function lengthOf(pieces: readonly Uint8Array[]): number {
  let total = 0
  for (const piece of pieces) total += piece.length
  return total
}

/** Whether an answer of this length goes out compressed. */
export function wantsGzip(length: number, accepted: string | undefined, answer: HttpResponse): boolean {
  return (
    length > gzipBytesMin &&
    accepted !== undefined &&
    /(^|[ ,])gzip($|[ ,;])/.test(accepted) &&
    !/gzip;\s*q=0(\.0*)?($|[ ,])/.test(accepted) &&
    answer.headers['content-encoding'] === undefined
  )
}

/** Small neighbours joined, large pieces as they are. */
export function* blocks(pieces: readonly Uint8Array[]): Generator<Uint8Array> {
  let held: Uint8Array[] = []
  let heldBytes = 0
  for (const piece of pieces) {
    if (heldBytes > 0 && heldBytes + piece.length > blockBytes) {
      yield held.length === 1 ? (held[0] as Uint8Array) : Buffer.concat(held, heldBytes)
      held = []
      heldBytes = 0
    }
    if (piece.length === 0) continue
    held.push(piece)
    heldBytes += piece.length
  }
  if (heldBytes > 0) yield held.length === 1 ? (held[0] as Uint8Array) : Buffer.concat(held, heldBytes)
}

/** Writes all pieces at the pace of the reader, then ends; stops when the reader goes. */
export function writePieces(pieces: readonly Uint8Array[], target: Writable): void {
  const source = blocks(pieces)
  const more = () => {
    for (;;) {
      if (target.destroyed) return
      const { done, value } = source.next()
      if (done) {
        target.end()
        return
      }
      if (!target.write(value)) {
        target.once('drain', more)
        return
      }
    }
  }
  more()
}

/** The same, compressed at level 1, which costs least for the bytes it saves. */
export async function writeGzipped(pieces: readonly Uint8Array[], target: Writable): Promise<void> {
  const { createGzip } = await import('node:zlib')
  const gzip = createGzip({ level: 1 })
  target.once('close', () => gzip.destroy())
  gzip.pipe(target)
  writePieces(pieces, gzip)
}
