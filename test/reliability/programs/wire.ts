// The least of HTTP that a watching client needs, on bare TLS sockets: requests out, bytes of streams in.
import { type TLSSocket, connect } from 'node:tls'

/** How bytes of the answers of one connection are told apart. */
export interface WireReader {
  /** Bytes of a stream's answer; the head of an HTTP/1.1 answer is part of them. */
  data(stream: number, bytes: Buffer): void
  /** A stream's answer has ended, or was broken off. */
  end(stream: number, clean: boolean): void
}

/** A connection that carries one watch (HTTP/1.1) or many (HTTP/2). */
export interface Wire {
  readonly socket: TLSSocket
  get(stream: number, path: string): void
  /** Lets the server send this much more on a stream; HTTP/2 only. */
  grant(stream: number, bytes: number): void
}

const options = (port: number, protocol: string) => ({
  port,
  host: '127.0.0.1',
  rejectUnauthorized: false,
  ALPNProtocols: [protocol],
})

const lastChunk = Buffer.from('0\r\n\r\n')

/** One watch on a connection of its own. */
export function http1Wire(port: number, reader: WireReader): Promise<Wire> {
  return opened(connect(options(port, 'http/1.1')), (socket) => {
    socket.on('data', (bytes: Buffer) => {
      reader.data(1, bytes)
      if (bytes.subarray(-lastChunk.length).equals(lastChunk)) reader.end(1, true)
    })
    socket.on('close', () => reader.end(1, false))
    const get = (_stream: number, path: string) =>
      socket.write(`GET ${path} HTTP/1.1\r\nHost: localhost\r\nAccept: application/json\r\n\r\n`)
    return { socket, get, grant() {} }
  })
}

const kinds = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goAway: 7, window: 8 }
const windowMax = 2 ** 31 - 1
const firstWindow = 65_535

/** Watches as streams of one connection; each stream gets `streamWindow` bytes before somebody must grant more. */
export function http2Wire(port: number, streamWindow: number, reader: WireReader): Promise<Wire> {
  return opened(connect(options(port, 'h2')), (socket) => {
    socket.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
    const settings = Buffer.alloc(6)
    settings.writeUInt16BE(4)
    settings.writeUInt32BE(streamWindow, 2)
    socket.write(frame(kinds.settings, 0, 0, settings))
    socket.write(windowUpdate(0, windowMax - firstWindow))
    let owed = 0
    const onFrame = (kind: number, flags: number, stream: number, payload: Buffer) => {
      const isLast = (flags & 1) !== 0
      if (kind === kinds.data) {
        owed += payload.length
        if (owed > 2 ** 30) socket.write(windowUpdate(0, owed))
        if (owed > 2 ** 30) owed = 0
        if (payload.length > 0) reader.data(stream, payload)
        if (isLast) reader.end(stream, true)
      } else if (kind === kinds.headers && isLast) reader.end(stream, true)
      else if (kind === kinds.reset) reader.end(stream, false)
      else if (kind === kinds.settings && !isLast) socket.write(frame(kinds.settings, 1, 0))
      else if (kind === kinds.ping && !isLast) socket.write(frame(kinds.ping, 1, 0, payload))
    }
    let rest: Buffer | undefined
    socket.on('data', (bytes: Buffer) => {
      rest = framesOf(rest === undefined ? bytes : Buffer.concat([rest, bytes]), onFrame)
    })
    const get = (stream: number, path: string) => {
      const end = { endStreamAndHeaders: 5 }
      socket.write(frame(kinds.headers, end.endStreamAndHeaders, stream, headerBlock(path)))
    }
    return { socket, get, grant: (stream, bytes) => void socket.write(windowUpdate(stream, bytes)) }
  })
}

function opened(socket: TLSSocket, make: (socket: TLSSocket) => Wire): Promise<Wire> {
  return new Promise((resolve, reject) => {
    socket.once('error', reject)
    socket.once('secureConnect', () => {
      socket.off('error', reject).on('error', () => {})
      socket.setNoDelay(true)
      resolve(make(socket))
    })
  })
}

/** Hands out whole frames; gives what is left. */
function framesOf(
  bytes: Buffer,
  onFrame: (kind: number, flags: number, stream: number, payload: Buffer) => void,
): Buffer | undefined {
  let at = 0
  while (bytes.length - at >= 9) {
    const length = bytes.readUIntBE(at, 3)
    if (bytes.length - at - 9 < length) break
    const payload = bytes.subarray(at + 9, at + 9 + length)
    onFrame(bytes[at + 3] as number, bytes[at + 4] as number, bytes.readUInt32BE(at + 5), payload)
    at += 9 + length
  }
  return at === bytes.length ? undefined : bytes.subarray(at)
}

function frame(kind: number, flags: number, stream: number, payload: Buffer = Buffer.alloc(0)): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head[3] = kind
  head[4] = flags
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

function windowUpdate(stream: number, bytes: number): Buffer {
  const payload = Buffer.alloc(4)
  payload.writeUInt32BE(bytes)
  return frame(kinds.window, 0, stream, payload)
}

/** GET, https, the path and a host, from the static table and as plain literals (RFC 7541). */
function headerBlock(path: string): Buffer {
  const literal = (nameIndex: number, value: string) => [Buffer.of(nameIndex), ...text(value)]
  return Buffer.concat([Buffer.of(0x82, 0x87), ...literal(4, path), ...literal(1, 'localhost')])
}

function text(value: string): Buffer[] {
  const bytes = Buffer.from(value)
  if (bytes.length < 127) return [Buffer.of(bytes.length), bytes]
  const length = [127]
  let left = bytes.length - 127
  for (; left >= 128; left >>= 7) length.push((left & 127) | 128)
  length.push(left)
  return [Buffer.from(length), bytes]
}
