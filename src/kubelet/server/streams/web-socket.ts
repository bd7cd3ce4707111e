import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { createWebSocketStream, type WebSocket, WebSocketServer } from 'ws'
import type { Headers, HttpRequest } from '#base/http'
import { Refusal } from '../refusal.ts'
import { dial } from './dial.ts'
import { translate } from './translate.ts'

/** The protocol of exec and attach in which a client can say that its input has ended. */
export const sessionProtocol = 'v5.channel.k8s.io'
/** The protocol of port forwarding that carries the bytes of a SPDY connection. */
export const tunnelProtocol = 'SPDY/3.1+portforward.k8s.io'

/** True for a request to become a WebSocket. */
export const isWebSocket = (headers: Headers) => /^websocket$/i.test(headers['upgrade'] ?? '')

/** The protocols that a WebSocket may speak, as its client names them. */
export const protocolsOf = (headers: Headers): string[] =>
  (headers['sec-websocket-protocol'] ?? '').split(',').map((one) => one.trim())

/** The protocol of a request that no runtime speaks and this server translates; undefined for all others. */
export function translatedProtocol({ headers }: HttpRequest): string | undefined {
  if (!isWebSocket(headers)) return undefined
  const asked = protocolsOf(headers)
  return [sessionProtocol, tunnelProtocol].find((one) => asked.includes(one))
}

/** What the runtime is asked in place of a WebSocket, by the protocol of that. */
const spdyProtocols: Readonly<Record<string, string>> = {
  [sessionProtocol]: 'v4.channel.k8s.io',
  [tunnelProtocol]: 'portforward.k8s.io',
}

/** Joins a client's WebSocket with a SPDY connection of the runtime. @throws Refusal when the runtime does not take it. */
export async function joinWebSocket(
  url: string,
  protocol: string,
  request: HttpRequest,
  socket: Duplex,
  head: Uint8Array,
): Promise<void> {
  const headers = {
    connection: 'Upgrade',
    upgrade: 'SPDY/3.1',
    'x-stream-protocol-version': spdyProtocols[protocol],
  }
  const runtime = await dial(url, 'POST', headers, socket)
  if (runtime.rest.length > 0) runtime.socket.unshift(runtime.rest)
  const client = await accept(protocol, request, socket, head).catch((error: unknown) => {
    runtime.socket.destroy()
    throw error
  })
  if (protocol === tunnelProtocol) tunnelThrough(client, runtime.socket)
  else translate(client, runtime.socket, new URL(request.url, 'http://kubelet').searchParams)
}

function accept(
  protocol: string,
  { method, headers }: HttpRequest,
  socket: Duplex,
  head: Uint8Array,
): Promise<WebSocket> {
  const server = new WebSocketServer({ noServer: true, perMessageDeflate: false })
  // The library takes no protocol with a slash in its name, so it does not see the header.
  const { 'sec-websocket-protocol': _, ...seen } = headers
  server.on('headers', (lines) => void lines.push(`Sec-WebSocket-Protocol: ${protocol}`))
  return new Promise((resolve, reject) => {
    server.once('wsClientError', (error: Error) => reject(new Refusal(400, error.message)))
    const incoming = { method, headers: seen } as unknown as IncomingMessage
    server.handleUpgrade(incoming, socket, Buffer.from(head), (client) => resolve(client))
  })
}

/** Each message is a piece of the SPDY connection. */
function tunnelThrough(client: WebSocket, runtime: Duplex): void {
  const stream = createWebSocketStream(client)
  stream.on('error', () => runtime.destroy())
  runtime.on('error', () => stream.destroy())
  stream.pipe(runtime)
  runtime.pipe(stream)
  stream.once('close', () => runtime.destroy())
}
