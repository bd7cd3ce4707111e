// Frames of HTTP/2, cut from whatever pieces a socket gives.

/** The types of frames that are used here. */
export const types = { data: 0, headers: 1, resetStream: 3, settings: 4, ping: 6, windowUpdate: 8 } as const

/** Flags of frames; the same bit says `ack` in some and `end of stream` in others. */
export const flags = { endStream: 1, ack: 1, endHeaders: 4 } as const

const headBytes = 9

/** A frame's bytes. */
export function frame(type: number, flag: number, id: number, payload: Uint8Array): Buffer {
  const out = Buffer.allocUnsafe(headBytes + payload.length)
  out.writeUIntBE(payload.length, 0, 3)
  out[3] = type
  out[4] = flag
  out.writeUInt32BE(id, 5)
  out.set(payload, headBytes)
  return out
}

/** Who is told of frames. */
export interface FrameSink {
  /** Any frame but data, whole. */
  frame(type: number, flag: number, id: number, payload: Buffer): void
  /** A part of a data frame. */
  data(id: number, piece: Buffer): void
  /** A data frame was the last of its stream. */
  ended(id: number): void
}

/** Reads frames; data are handed on as they come, without being gathered. */
export class FrameReader {
  readonly #sink: FrameSink
  readonly #head = Buffer.alloc(headBytes)
  #headFilled = 0
  #left = 0
  #payload: Buffer[] = []

  constructor(sink: FrameSink) {
    this.#sink = sink
  }

  take(chunk: Buffer): void {
    let at = 0
    while (at < chunk.length) {
      if (this.#headFilled < headBytes) at += this.#takeHead(chunk, at)
      else at += this.#takePayload(chunk, at)
      if (this.#headFilled === headBytes && this.#left === 0) this.#finish()
    }
  }

  #takeHead(chunk: Buffer, at: number): number {
    const count = chunk.copy(this.#head, this.#headFilled, at, at + headBytes - this.#headFilled)
    this.#headFilled += count
    if (this.#headFilled === headBytes) this.#left = this.#head.readUIntBE(0, 3)
    return count
  }

  #takePayload(chunk: Buffer, at: number): number {
    const piece = chunk.subarray(at, at + this.#left)
    this.#left -= piece.length
    if (this.#head[3] === types.data) this.#sink.data(this.#head.readUInt32BE(5), piece)
    else this.#payload.push(piece)
    return piece.length
  }

  #finish(): void {
    const [type, flag] = [this.#head[3] as number, this.#head[4] as number]
    const id = this.#head.readUInt32BE(5)
    const payload = this.#payload
    this.#payload = []
    this.#headFilled = 0
    if (type !== types.data)
      this.#sink.frame(type, flag, id, payload.length === 1 ? (payload[0] as Buffer) : Buffer.concat(payload))
    else if ((flag & flags.endStream) !== 0) this.#sink.ended(id)
  }
}
