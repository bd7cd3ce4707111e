// A bare HTTP/1.1 client: one request at a time on a connection that is kept.
import { once } from 'node:events'
import type { Socket } from 'node:net'
import { connect } from 'node:tls'
import { AnswerReader } from './answer-reader.ts'
import type { Answered, Ask, Connection, Prepared, Target } from './connection.ts'

/** Opens a connection. */
export async function openH1(target: Target): Promise<Connection> {
  const { host, port } = target
  const socket = connect({ host, port, ALPNProtocols: ['http/1.1'], rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  return new H1Connection(socket, target)
}

class H1Connection implements Connection {
  readonly parallel = 1
  readonly #socket: Socket
  readonly #target: Target
  #reader: AnswerReader | undefined
  #answered: Answered | undefined

  constructor(socket: Socket, target: Target) {
    this.#socket = socket
    this.#target = target
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    socket.on('close', () => this.#end(0, 0))
    socket.on('error', () => {})
  }

  prepare({ method, path, headers, body }: Ask): Prepared {
    const { host, port, token } = this.#target
    const all = {
      host: `${host}:${port}`,
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-length': String(body.length) }),
      ...headers,
    }
    const lines = Object.entries(all).map(([name, value]) => `${name}: ${value}\r\n`)
    return { head: Buffer.from(`${method} ${path} HTTP/1.1\r\n${lines.join('')}\r\n`), body }
  }

  send({ head, body }: Prepared, answered: Answered): void {
    this.#answered = answered
    this.#reader = new AnswerReader((piece) => answered.data?.(piece))
    this.#socket.write(body ? Buffer.concat([head, body]) : head)
  }

  close(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer): void {
    const reader = this.#reader
    if (reader?.take(chunk)) this.#end(reader.status, reader.bytes)
  }

  #end(status: number, bytes: number): void {
    const answered = this.#answered
    this.#answered = undefined
    this.#reader = undefined
    answered?.done(status, bytes)
  }
}
