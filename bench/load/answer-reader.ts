/** Reads one HTTP/1.1 answer from whatever pieces a socket gives: its status, and its body by length or by chunks. */
export class AnswerReader {
  readonly #data: (piece: Buffer) => void
  status = 0
  bytes = 0
  #line = ''
  /** What comes next: a line of the head, the line before a chunk, bytes of body, or the line that ends a chunk. */
  #state: 'head' | 'size' | 'body' | 'after' | 'trailer' = 'head'
  #left = 0
  #isChunked = false

  constructor(data: (piece: Buffer) => void) {
    this.#data = data
  }

  /** Gives true when the answer is whole. */
  take(chunk: Buffer): boolean {
    let at = 0
    while (at < chunk.length) {
      if (this.#state === 'body') {
        at += this.#body(chunk.subarray(at, at + this.#left))
        if (this.#left > 0) continue
        if (!this.#isChunked) return true
        this.#state = 'after'
        continue
      }
      const end = chunk.indexOf(0x0a, at)
      this.#line += chunk.toString('latin1', at, end < 0 ? chunk.length : end)
      if (end < 0) return false
      at = end + 1
      const line = this.#line.replace(/\r$/, '')
      this.#line = ''
      if (this.#isLast(line)) return true
    }
    return false
  }

  #body(piece: Buffer): number {
    this.#left -= piece.length
    this.bytes += piece.length
    this.#data(piece)
    return piece.length
  }

  /** Takes a line; true when nothing comes after it. */
  #isLast(line: string): boolean {
    switch (this.#state) {
      case 'head':
        return line === '' ? this.#headEnds() : this.#headLine(line)
      case 'size':
        this.#left = Number.parseInt(line, 16)
        this.#state = this.#left === 0 ? 'trailer' : 'body'
        return false
      case 'after':
        this.#state = 'size'
        return false
      case 'trailer':
      case 'body':
        return line === ''
    }
  }

  #headLine(line: string): false {
    const lower = line.toLowerCase()
    if (this.status === 0) this.status = Number(line.slice(9, 12))
    else if (lower.startsWith('content-length:')) this.#left = Number(line.slice(15))
    else if (lower.startsWith('transfer-encoding:')) this.#isChunked = lower.includes('chunked')
    return false
  }

  #headEnds(): boolean {
    this.#state = this.#isChunked ? 'size' : 'body'
    return !this.#isChunked && this.#left === 0
  }
}
