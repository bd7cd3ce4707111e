import { Duplex } from 'node:stream'
import {
  type Frame,
  FrameReader,
  FrameWriter,
  control,
  dataHead,
  pong,
  rstStream,
  streamOf,
} from './frames.ts'

const cancelled = 5

/** Streams over one upgraded connection (SPDY/3.1), all opened from this side. */
export class SpdyConnection {
  readonly #socket: Duplex
  readonly #reader = new FrameReader()
  readonly #writer = new FrameWriter()
  readonly #streams = new Map<number, SpdyStream>()
  #nextStream = 1
  /** Resolves when the connection is over; nothing comes any more. */
  readonly closed: Promise<void>

  constructor(socket: Duplex) {
    this.#socket = socket
    this.closed = new Promise((resolve) => void socket.once('close', resolve))
    socket.on('data', (piece: Buffer) => this.#take(piece))
    // Who opened the streams hears of it by their ends.
    socket.on('error', () => {})
    socket.once('close', () => this.#endAll())
    socket.once('end', () => this.#endAll())
  }

  /** Opens a stream; its headers say what it is for. */
  open(headers: Readonly<Record<string, string>>): Duplex {
    const id = this.#nextStream
    this.#nextStream += 2
    const stream = new SpdyStream(id, {
      send: (bytes, done) => void this.#socket.write(bytes, done),
      // The peers of this protocol do not heed windows: all that can wait is the whole connection.
      pause: () => void this.#socket.pause(),
      resume: () => void this.#socket.resume(),
      gone: () => void this.#streams.delete(id),
    })
    this.#streams.set(id, stream)
    this.#socket.write(this.#writer.synStream(id, headers))
    return stream
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(piece: Uint8Array): void {
    for (const frame of this.#reader.read(piece)) this.#handle(frame)
  }

  #handle(frame: Frame): void {
    if (frame.type === 'data') {
      this.#streams.get(frame.stream)?.receive(frame.body, frame.isLast)
      return
    }
    if (frame.kind === control.ping) this.#socket.write(pong(frame.body))
    else if (frame.kind === control.goAway) this.#endAll()
    else if (frame.kind === control.rstStream) this.#streams.get(streamOf(frame.body))?.reset()
    else if (frame.kind === control.synReply && frame.isLast)
      this.#streams.get(streamOf(frame.body))?.receive(new Uint8Array(0), true)
  }

  #endAll(): void {
    for (const stream of this.#streams.values()) stream.receive(new Uint8Array(0), true)
  }
}

/** What a stream asks of its connection. */
interface Carrier {
  send(bytes: Uint8Array, done: (error?: Error | null) => void): void
  pause(): void
  resume(): void
  gone(): void
}

/** One stream; ending it tells the other side that nothing follows. */
class SpdyStream extends Duplex {
  readonly #id: number
  readonly #carrier: Carrier
  #isEnded = false
  #isReset = false

  constructor(id: number, carrier: Carrier) {
    super({ allowHalfOpen: true })
    this.#id = id
    this.#carrier = carrier
  }

  /** Bytes that came; `isLast`: none follow. */
  receive(bytes: Uint8Array, isLast: boolean): void {
    if (this.#isEnded) return
    if (bytes.length > 0 && !this.push(Buffer.from(bytes))) this.#carrier.pause()
    if (!isLast) return
    this.#isEnded = true
    this.push(null)
  }

  /** The other side is done with this stream: what came before is still read, what we write goes nowhere. */
  reset(): void {
    this.#isReset = true
    this.receive(new Uint8Array(0), true)
    this.end()
  }

  override _read(): void {
    this.#carrier.resume()
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.#isReset) return done()
    this.#carrier.send(Buffer.concat([dataHead(this.#id, chunk.length, false), chunk]), done)
  }

  override _final(done: (error?: Error | null) => void): void {
    if (this.#isReset) return done()
    this.#carrier.send(dataHead(this.#id, 0, true), done)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    const isOver = this.#isReset || (this.#isEnded && this.writableFinished)
    if (!isOver) this.#carrier.send(rstStream(this.#id, cancelled), () => {})
    this.#carrier.resume()
    this.#carrier.gone()
    done(error)
  }
}
