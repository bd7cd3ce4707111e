// SPDY/3.1 as far as exec, attach and port-forward use it: streams that we open, data, their ends. Headers that we send
// are "compressed" into stored blocks, which any inflater reads; those of replies say nothing that is needed and are
// passed over. https://www.chromium.org/spdy/spdy-protocol/spdy-protocol-draft3-1/

/** Types of control frames. */
export const control = { synStream: 1, synReply: 2, rstStream: 3, ping: 6, goAway: 7 } as const

const version = 3
const headLength = 8
const fin = 1

/** A frame as it came. */
export type Frame =
  | { readonly type: 'data'; readonly stream: number; readonly isLast: boolean; readonly body: Uint8Array }
  | { readonly type: 'control'; readonly kind: number; readonly isLast: boolean; readonly body: Uint8Array }

/** The head of a zlib stream with the preset dictionary of SPDY/3: method, flags, the dictionary's checksum. */
const zlibHead = Uint8Array.of(0x78, 0xbb, 0xe3, 0xc6, 0xa7, 0xc2)
const storedMax = 0xffff
/** An empty block: Go's inflater gives out what it has read when it meets one, and not before. */
const flush = Uint8Array.of(0, 0, 0, 0xff, 0xff)

/** Writes the frames of one connection; only the first header block has zlib's head. */
export class FrameWriter {
  #isFirstBlock = true

  /** Opens a stream. */
  synStream(stream: number, headers: Readonly<Record<string, string>>): Buffer {
    const block = this.#headerBlock(headers)
    const body = Buffer.alloc(10 + block.length)
    body.writeUInt32BE(stream, 0)
    body.set(block, 10)
    return controlFrame(control.synStream, 0, body)
  }

  #headerBlock(headers: Readonly<Record<string, string>>): Buffer {
    const pairs = Object.entries(headers)
    const parts: Buffer[] = [uint32(pairs.length)]
    for (const text of pairs.flat()) parts.push(uint32(Buffer.byteLength(text)), Buffer.from(text))
    const plain = Buffer.concat(parts)
    if (plain.length > storedMax) throw new RangeError('the headers of a stream are too long')
    const head = this.#isFirstBlock ? zlibHead : new Uint8Array(0)
    this.#isFirstBlock = false
    const stored = Buffer.alloc(5)
    stored.writeUInt16LE(plain.length, 1)
    stored.writeUInt16LE(plain.length ^ storedMax, 3)
    return Buffer.concat([head, stored, plain, flush])
  }
}

/** Bytes on a stream; `isLast`: none follow from us. */
export function dataHead(stream: number, length: number, isLast: boolean): Buffer {
  const head = Buffer.alloc(headLength)
  head.writeUInt32BE(stream, 0)
  head.writeUInt32BE(length, 4)
  head[4] = isLast ? fin : 0
  return head
}

/** Ends a stream in both directions. */
export function rstStream(stream: number, status: number): Buffer {
  return controlFrame(control.rstStream, 0, Buffer.concat([uint32(stream), uint32(status)]))
}

/** The answer to a ping is the ping. */
export const pong = (body: Uint8Array) => controlFrame(control.ping, 0, Buffer.from(body))

function controlFrame(kind: number, flags: number, body: Buffer): Buffer {
  const head = Buffer.alloc(headLength)
  head.writeUInt16BE(0x8000 | version, 0)
  head.writeUInt16BE(kind, 2)
  head.writeUInt32BE(body.length, 4)
  head[4] = flags
  return Buffer.concat([head, body])
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

/** Takes frames out of bytes that come in pieces. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0)

  /** The frames that are whole with this piece. */
  read(piece: Uint8Array): Frame[] {
    const frames: Frame[] = []
    this.#rest = this.#rest.length === 0 ? Buffer.from(piece) : Buffer.concat([this.#rest, piece])
    while (this.#rest.length >= headLength) {
      const length = this.#rest.readUInt32BE(4) & 0xffffff
      if (this.#rest.length < headLength + length) break
      const head = this.#rest.subarray(0, headLength)
      const body = this.#rest.subarray(headLength, headLength + length)
      this.#rest = this.#rest.subarray(headLength + length)
      frames.push(frameOf(head, body))
    }
    return frames
  }
}

function frameOf(head: Buffer, body: Buffer): Frame {
  const isLast = ((head[4] as number) & fin) !== 0
  const first = head.readUInt32BE(0)
  if (first >>> 31 === 0) return { type: 'data', stream: first, isLast, body }
  return { type: 'control', kind: first & 0xffff, isLast, body }
}

/** The number of the stream that a control frame is about. */
export const streamOf = (body: Uint8Array) =>
  new DataView(body.buffer, body.byteOffset, body.byteLength).getUint32(0) & 0x7fffffff
