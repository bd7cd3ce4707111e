// A bare HTTP/2 client (RFC 9113): it costs little beside the server, so that the server is what is measured.
import { once } from 'node:events'
import { type TLSSocket, connect } from 'node:tls'
import type { Answered, Ask, Connection, Prepared, Target } from './connection.ts'
import { FrameReader, type FrameSink, flags, frame, types } from './frames.ts'
import { headerBlock, statusIn } from './hpack.ts'

const hugeWindow = 2 ** 31 - 1
const defaultWindow = 65_535
/** So much is received before the server's window for the connection is opened again. */
const windowStep = 2 ** 28
const preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const none = Buffer.alloc(0)

/** No header table, so that each answer can be read alone; no pushes; windows that never close. */
const settings = Buffer.alloc(18)
for (const [i, [id, value]] of [
  [1, 0],
  [2, 0],
  [4, hugeWindow],
].entries()) {
  settings.writeUInt16BE(id as number, i * 6)
  settings.writeUInt32BE(value as number, i * 6 + 2)
}

const number32 = (value: number) => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

interface Stream {
  readonly answered: Answered
  status: number
  bytes: number
}

/** Opens a connection. */
export async function openH2(target: Target): Promise<Connection> {
  const { host, port } = target
  const socket = connect({ host, port, ALPNProtocols: ['h2'], rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  return new H2Connection(socket, target)
}

class H2Connection implements Connection, FrameSink {
  readonly parallel = 100
  readonly #socket: TLSSocket
  readonly #target: Target
  readonly #streams = new Map<number, Stream>()
  #next = 1
  #out: Uint8Array[] = []
  #isFlushing = false
  #received = 0
  /** How much of request bodies the server takes now, and what waits for more. */
  #window = defaultWindow
  readonly #waiting: { id: number; body: Uint8Array }[] = []

  constructor(socket: TLSSocket, target: Target) {
    this.#socket = socket
    this.#target = target
    const reader = new FrameReader(this)
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => reader.take(chunk))
    socket.on('close', () => this.#fail())
    socket.on('error', () => {})
    this.#write(preface, frame(types.settings, 0, 0, settings))
    this.#write(frame(types.windowUpdate, 0, 0, number32(hugeWindow - defaultWindow)))
  }

  prepare({ method, path, headers, body }: Ask): Prepared {
    const { host, port, token } = this.#target
    const head = headerBlock({
      ':method': method,
      ':scheme': 'https',
      ':authority': `${host}:${port}`,
      ':path': path,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...headers,
    })
    return { head, body }
  }

  send({ head, body }: Prepared, answered: Answered): void {
    const id = this.#next
    this.#next += 2
    this.#streams.set(id, { answered, status: 0, bytes: 0 })
    const end = body === undefined ? flags.endStream : 0
    this.#write(frame(types.headers, flags.endHeaders | end, id, head))
    if (body === undefined) return
    this.#waiting.push({ id, body })
    this.#sendBodies()
  }

  close(): void {
    this.#socket.destroy()
  }

  #sendBodies(): void {
    for (;;) {
      const first = this.#waiting[0]
      if (first === undefined || first.body.length > this.#window) return
      this.#waiting.shift()
      this.#window -= first.body.length
      this.#write(frame(types.data, flags.endStream, first.id, first.body))
    }
  }

  frame(type: number, flag: number, id: number, payload: Buffer): void {
    if (type === types.headers) this.#headers(id, flag, payload)
    else if (type === types.settings && (flag & flags.ack) === 0)
      this.#write(frame(types.settings, flags.ack, 0, none))
    else if (type === types.ping && (flag & flags.ack) === 0)
      this.#write(frame(types.ping, flags.ack, 0, payload))
    else if (type === types.resetStream) this.#end(id, 0)
    else if (type === types.windowUpdate && id === 0) {
      this.#window += payload.readUInt32BE(0)
      this.#sendBodies()
    }
  }

  data(id: number, piece: Buffer): void {
    const stream = this.#streams.get(id)
    if (stream === undefined) return
    stream.bytes += piece.length
    stream.answered.data?.(piece)
    this.#received += piece.length
    if (this.#received < windowStep) return
    this.#write(frame(types.windowUpdate, 0, 0, number32(this.#received)))
    this.#received = 0
  }

  ended(id: number): void {
    this.#end(id)
  }

  #headers(id: number, flag: number, payload: Buffer): void {
    const stream = this.#streams.get(id)
    if (stream === undefined) return
    if (stream.status === 0) stream.status = statusIn(payload)
    if ((flag & flags.endStream) !== 0) this.#end(id)
  }

  #end(id: number, status?: number): void {
    const stream = this.#streams.get(id)
    if (stream === undefined) return
    this.#streams.delete(id)
    stream.answered.done(status ?? stream.status, stream.bytes)
  }

  #fail(): void {
    for (const id of Array.from(this.#streams.keys())) this.#end(id, 0)
  }

  /** What is written in one turn of the event loop goes out together. */
  #write(...bytes: readonly Uint8Array[]): void {
    this.#out.push(...bytes)
    if (this.#isFlushing) return
    this.#isFlushing = true
    setImmediate(() => {
      this.#isFlushing = false
      if (!this.#socket.destroyed) this.#socket.write(Buffer.concat(this.#out))
      this.#out = []
    })
  }
}
