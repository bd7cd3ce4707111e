import { once } from 'node:events'
import {
  type IncomingMessage,
  type Server,
  type ServerOptions,
  type ServerResponse,
  createServer,
} from 'node:http'
import {
  type Http2SecureServer,
  type ServerHttp2Session,
  type ServerHttp2Stream,
  createSecureServer,
} from 'node:http2'
import type { AddressInfo, Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { TLSSocket } from 'node:tls'
import type { Clock } from '#base/clock'
import type { HttpHandler, HttpRequest } from '#base/http'
import type { Log } from '#base/log'
import { bearerToken } from '../chain/bearer-token.ts'
import { answer, statusAnswer, unknownCertificate } from './answer.ts'
import { Gone } from './gone.ts'
import { fromHttp1, toHttp1 } from './http1.ts'
import { fromHttp2, toHttp2 } from './http2.ts'
import { type ConnectionPeer, plainPeer, tlsPeer, type Trust } from './peer.ts'
import { linedPrefixes } from './repeated-headers.ts'
import { authoritiesOf } from './signed-by.ts'
import { webPageFault } from './web-page.ts'

/** Key, certificate chain and client authority, in PEM. */
export interface ServingTls {
  readonly key: string
  readonly certificate: string
  /** Who may sign client certificates; without it none is asked for. */
  readonly clientCa?: string
  /** Who may sign the certificates of proxies that say for whom they speak. */
  readonly proxyCa?: string
}

export interface ListenOptions {
  readonly address: string
  readonly port: number
  /** Serves HTTP/1.1 and HTTP/2 over TLS; plain HTTP/1.1 without. */
  readonly tls?: ServingTls
  readonly handler: HttpHandler
  readonly upgrade: (request: HttpRequest, socket: Duplex, head: Uint8Array) => Promise<void>
  readonly clock: Clock
  readonly log: Log
  /** What the names of headers begin with, beside those of impersonation, whose repeated values are not to be joined by commas. */
  readonly linedHeaders?: readonly string[]
  /** For a port without authentication: pages in browsers are refused, by the names of this machine. Absent: none is. */
  readonly noPagesBut?: readonly string[]
}

/** An open port. */
export interface Listener {
  readonly port: number
  readonly address: string
  /** Takes no new connections, lets requests end for `graceMs`, then cuts what is left. */
  close(graceMs: number): Promise<void>
  /** Serves new connections with another certificate. */
  renew(tls: ServingTls): void
}

/** The limits of one connection; upstream's where it has one. */
const limits = {
  headersMs: 32_000,
  /** Longer than the 90 s that Go clients keep an idle connection, so that the client is the one to close it. */
  idleMs: 100_000,
  handshakeMs: 10_000,
  headerBytes: 256 * 1024,
  streams: 250,
  windowBytes: 256 * 1024,
  tcpProbeMs: 30_000,
}

/** Opens a port for a server that is a function. @throws the system's error when the port cannot be had. */
export async function listen(options: ListenOptions): Promise<Listener> {
  const port = new Port(options)
  await port.open()
  return port
}

class Port implements Listener {
  readonly #options: ListenOptions
  readonly #server: Server | Http2SecureServer
  readonly #sockets = new Set<Socket>()
  readonly #upgraded = new Set<Duplex>()
  readonly #peers = new WeakMap<object, ConnectionPeer>()
  readonly #lined: readonly string[]
  #trust: Trust | undefined
  #closing = false

  constructor(options: ListenOptions) {
    this.#options = options
    this.#lined = [...linedPrefixes, ...(options.linedHeaders ?? [])]
    this.#trust = options.tls && trustOf(options.tls)
    this.#server = options.tls ? this.#secureServer(options.tls) : createServer(http1Options)
    const server = this.#server as Server
    server.headersTimeout = limits.headersMs
    server.keepAliveTimeout = limits.idleMs
    server.on('connection', (socket: Socket) => this.#track(socket))
    server.on('request', (incoming, outgoing) => void this.#onHttp1(incoming, outgoing))
    server.on('upgrade', (incoming, socket, head) => void this.#onUpgrade(incoming, socket, head))
    server.on('clientError', refuseBadRequest)
    Object.assign(server, { shouldUpgradeCallback: isStreamUpgrade })
    if (options.tls) this.#takeStreams(this.#server as Http2SecureServer)
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get address(): string {
    return (this.#server.address() as AddressInfo).address
  }

  async open(): Promise<void> {
    this.#server.listen({ host: this.#options.address, port: this.#options.port, backlog: 1024 })
    await once(this.#server, 'listening')
  }

  renew(tls: ServingTls): void {
    this.#trust = trustOf(tls)
    ;(this.#server as Http2SecureServer).setSecureContext(secureContext(tls))
  }

  async close(graceMs: number): Promise<void> {
    if (this.#closing) return
    this.#closing = true
    const closed = once(this.#server, 'close')
    this.#server.close()
    const release = this.#options.clock.after(graceMs, () => this.#cut())
    for (const stream of this.#upgraded) stream.destroy()
    await closed
    release()
  }

  #cut(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #secureServer(tls: ServingTls): Http2SecureServer {
    return createSecureServer({
      ...http1Options,
      ...secureContext(tls),
      allowHTTP1: true,
      requestCert: tls.clientCa !== undefined || tls.proxyCa !== undefined,
      rejectUnauthorized: false,
      handshakeTimeout: limits.handshakeMs,
      settings: {
        maxConcurrentStreams: limits.streams,
        initialWindowSize: limits.windowBytes,
        maxHeaderListSize: limits.headerBytes,
      },
      maxSendHeaderBlockLength: limits.headerBytes,
    } as Parameters<typeof createSecureServer>[0])
  }

  /** HTTP/2 goes by streams: node's imitation of HTTP/1.1 requests on top of them costs about a third of the time. */
  #takeStreams(server: Http2SecureServer): void {
    server.removeAllListeners('stream')
    server.on('stream', (stream, headers, _flags, raw) => {
      void this.#onHttp2(stream as ServerHttp2Stream, headers, raw)
    })
    server.on('session', (session) => watchIdle(session))
    server.on('sessionError', () => {})
  }

  #track(socket: Socket): void {
    this.#sockets.add(socket)
    socket.setKeepAlive(true, limits.tcpProbeMs)
    socket.once('close', () => this.#sockets.delete(socket))
  }

  #peer(socket: Socket): ConnectionPeer {
    const known = this.#peers.get(socket)
    if (known) return known
    const found = this.#options.tls ? tlsPeer(socket as TLSSocket, this.#trust) : plainPeer(socket)
    this.#peers.set(socket, found)
    return found
  }

  async #onHttp1(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const { peer, badCertificate } = this.#peer(incoming.socket)
    const signal = new Gone()
    outgoing.on('close', () => {
      if (!outgoing.writableFinished) signal.fire('the client has gone')
      if (this.#closing) (this.#server as Server).closeIdleConnections()
    })
    const request = fromHttp1(incoming, peer, signal, this.#lined)
    toHttp1(await this.#answer(request, badCertificate), request, outgoing, this.#closing)
  }

  async #onHttp2(
    stream: ServerHttp2Stream,
    headers: Parameters<typeof fromHttp2>[1],
    raw: readonly string[],
  ): Promise<void> {
    stream.on('error', () => {})
    const session = stream.session
    if (!session) return
    const { peer, badCertificate } = this.#sessionPeer(session as ServerHttp2Session)
    const signal = new Gone()
    stream.on('close', () => {
      if (!stream.writableFinished) signal.fire('the client has gone')
    })
    const request = fromHttp2(stream, headers, raw, peer, signal, this.#lined)
    toHttp2(await this.#answer(request, badCertificate), request, stream)
  }

  #sessionPeer(session: ServerHttp2Session): ConnectionPeer {
    const known = this.#peers.get(session)
    if (known) return known
    const found = tlsPeer(session.socket as TLSSocket, this.#trust)
    this.#peers.set(session, found)
    return found
  }

  #answer(request: HttpRequest, badCertificate: boolean) {
    if (badCertificate && bearerToken(request.headers) === undefined) return unknownCertificate()
    const fault = this.#pageFault(request)
    if (fault) return statusAnswer(fault)
    return answer(this.#options.handler, request, this.#options.log)
  }

  #pageFault({ headers }: HttpRequest) {
    const { noPagesBut } = this.#options
    return noPagesBut && webPageFault(headers, noPagesBut)
  }

  async #onUpgrade(incoming: IncomingMessage, socket: Duplex, head: Uint8Array): Promise<void> {
    const { peer, badCertificate } = this.#peer(incoming.socket)
    const signal = new Gone()
    this.#upgraded.add(socket)
    socket.on('error', () => signal.fire('the connection broke'))
    socket.once('close', () => {
      this.#upgraded.delete(socket)
      signal.fire('the client has gone')
    })
    if (this.#closing || badCertificate) {
      socket.destroy()
      return
    }
    const request = fromHttp1(incoming, peer, signal, this.#lined)
    if (this.#pageFault(request)) {
      socket.end('HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      return
    }
    try {
      await this.#options.upgrade(request, socket, head)
    } catch (error) {
      this.#options.log.error('Upgrade failed', { url: incoming.url, err: String(error) })
      socket.destroy()
    }
  }
}

const http1Options: ServerOptions = {
  maxHeaderSize: limits.headerBytes,
  noDelay: true,
  connectionsCheckingInterval: 5_000,
}

/** Node.js takes the system's authorities where none are named. */
function caOf({ clientCa, proxyCa }: ServingTls) {
  const all = [clientCa, proxyCa].filter((one) => one !== undefined)
  return all.length === 0 ? {} : { ca: all }
}

/** Which authority counts for what; undefined where there is but one. */
const trustOf = ({ clientCa, proxyCa }: ServingTls): Trust | undefined =>
  proxyCa === undefined
    ? undefined
    : { clients: authoritiesOf(clientCa ?? ''), proxies: authoritiesOf(proxyCa) }

const secureContext = (tls: ServingTls) => ({
  key: tls.key,
  cert: tls.certificate,
  ...caOf(tls),
  minVersion: 'TLSv1.2' as const,
})

/** Other upgrades, such as curl's offer of h2c, are requests like any other. */
function isStreamUpgrade(request: IncomingMessage): boolean {
  return /^(websocket|spdy\/3\.1)$/i.test(request.headers.upgrade ?? '')
}

/** Ends an HTTP/2 connection that has carried no request for a while. */
function watchIdle(session: ServerHttp2Session): void {
  let open = 0
  session.on('error', () => {})
  session.on('stream', (stream) => {
    open++
    stream.once('close', () => open--)
  })
  session.setTimeout(limits.idleMs, () => {
    if (open === 0) session.close()
  })
}

const refusalLines: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** Answers what is no HTTP in Go's words, and ends the connection. */
function refuseBadRequest(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  const line = refusalLines[error.code ?? ''] ?? '400 Bad Request'
  socket.end(
    `HTTP/1.1 ${line}\r\nContent-Type: text/plain; charset=utf-8\r\nConnection: close\r\n\r\n${line}`,
  )
}
