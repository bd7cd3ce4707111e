import { STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import { ApiError } from '#base/errors'
import type { Headers, HttpRequest } from '#base/http'
import type { Clock } from '#base/clock'
import { type Target, upgrade } from './backend.ts'
import { headerPairs, join, textOf, writeHead } from './relay.ts'

/** What the other server must see of an upgrade request; nothing that tells who the client is. */
const upgradeHeaders = [
  'connection',
  'upgrade',
  'x-stream-protocol-version',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
  'origin',
  'user-agent',
]

/** The headers of an upgrade request that are passed on. */
export function upgradeRequestHeaders(headers: Headers): Record<string, string> {
  const passed: Record<string, string> = {}
  for (const name of upgradeHeaders) {
    const value = headers[name]
    if (value !== undefined) passed[name] = withoutToken(name, value)
  }
  return passed
}

/** Browsers may carry their token as a WebSocket subprotocol; it is for us and ends here. */
function withoutToken(name: string, value: string): string {
  if (name !== 'sec-websocket-protocol') return value
  return value
    .split(',')
    .map((one) => one.trim())
    .filter((one) => !one.startsWith('base64url.bearer.authorization.k8s.io.'))
    .join(', ')
}

/**
 * Joins the client's connection with another server's after both agreed on the protocol. Anything but that agreement is
 * told to the client as an ordinary answer, and the connection closed: after a refused upgrade no byte may pass.
 * @throws ApiError when the other server cannot be reached.
 */
export async function tunnel(
  target: Target,
  path: string,
  request: HttpRequest,
  socket: Duplex,
  head: Uint8Array,
  clock: Clock,
  headers: Readonly<Record<string, string>> = upgradeRequestHeaders(request.headers),
): Promise<void> {
  const result = await upgrade(target, { method: request.method, path, headers }, request.signal, clock)
  if (!result.upgraded) {
    const { answer } = result
    const status = answer.statusCode ?? 502
    const body = await textOf(answer)
    if (status < 400)
      throw new ApiError('InternalError', `unable to upgrade connection: the server answered ${status}`)
    const type = answer.headers['content-type'] ?? 'text/plain; charset=utf-8'
    refuse(socket, status, type, Buffer.from(body))
    return
  }
  if (socket.destroyed) {
    result.socket.destroy()
    return
  }
  writeHead(socket, 101, 'Switching Protocols', headerPairs(result.head))
  if (result.rest.length > 0) socket.write(result.rest)
  if (head.length > 0) result.socket.write(head)
  join(socket, result.socket)
}

/** Answers an upgrade request with an ordinary answer and closes the connection. */
export function refuse(socket: Duplex, status: number, type: string, body: Uint8Array): void {
  writeHead(socket, status, STATUS_CODES[status] ?? 'Error', [
    ['Content-Type', type],
    ['Content-Length', String(body.length)],
    ['Connection', 'close'],
  ])
  socket.end(body)
}
