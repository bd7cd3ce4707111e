import type { Writable } from 'node:stream'
import type { HttpResponse } from '#base/http'

/** Pieces of an answer are written in blocks of this size: fewer, larger writes. */
const blockBytes = 256 * 1024
/** While one block is on its way the next is filled. */
const blocksInFlight = 2

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

/** Copies pieces into blocks that it is given, across the borders of both. */
class Filler {
  readonly #pieces: readonly Uint8Array[]
  #piece = 0
  #at = 0

  constructor(pieces: readonly Uint8Array[]) {
    this.#pieces = pieces
  }

  /** Fills a block; gives how many bytes there were left for it. */
  fill(block: Uint8Array): number {
    let filled = 0
    while (filled < block.length && this.#piece < this.#pieces.length) {
      const piece = this.#pieces[this.#piece] as Uint8Array
      const part = piece.subarray(this.#at, this.#at + block.length - filled)
      block.set(part, filled)
      filled += part.length
      this.#at += part.length
      if (this.#at < piece.length) continue
      this.#piece++
      this.#at = 0
    }
    return filled
  }
}

/** Blocks that no answer needs now. */
const spareBlocks: Uint8Array[] = []
const spareMax = 16

const takeBlock = () => spareBlocks.pop() ?? Buffer.allocUnsafeSlow(blockBytes)

function giveBack(block: Uint8Array): void {
  if (spareBlocks.length < spareMax) spareBlocks.push(block)
}

/**
 * Writes all pieces at the pace of the reader, then ends; stops when the reader goes. Long answers go through blocks that
 * are used again as soon as they are written, so an answer of any length takes as much memory as they do.
 */
export function writePieces(pieces: readonly Uint8Array[], target: Writable): void {
  const length = lengthOf(pieces)
  if (length <= blockBytes) target.end(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces, length))
  else {
    const filler = new Filler(pieces)
    for (let i = 0; i < blocksInFlight; i++) writeBlocks(filler, target)
  }
}

/** Fills a block and writes it, again and again until there is nothing left. */
function writeBlocks(filler: Filler, target: Writable): void {
  const block = takeBlock()
  const next = () => {
    if (target.destroyed) return
    const filled = filler.fill(block)
    if (filled > 0) return void target.write(block.subarray(0, filled), (error) => error ?? next())
    giveBack(block)
    if (!target.writableEnded) target.end()
  }
  next()
}

/** The same, compressed at level 1, which costs least for the bytes it saves. */
export async function writeGzipped(pieces: readonly Uint8Array[], target: Writable): Promise<void> {
  const { createGzip } = await import('node:zlib')
  const gzip = createGzip({ level: 1 })
  target.once('close', () => gzip.destroy())
  gzip.pipe(target)
  writePieces(pieces, gzip)
}
