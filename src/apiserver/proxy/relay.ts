import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Headers, HttpBody } from '#base/http'

/** Headers that concern one connection and are never passed on. */
const hopByHop = new Set([
  'connection',
  'keep-alive',
  'proxy-authenticate',
  'proxy-authorization',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
  'content-length',
])

/** The headers of a message that the next one may have. */
export function passedOn(
  headers: Readonly<Record<string, string | string[] | undefined>>,
): Record<string, string> {
  const named = new Set(
    String(headers.connection ?? '')
      .split(',')
      .map((one) => one.trim().toLowerCase()),
  )
  const passed: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || name.startsWith(':') || hopByHop.has(name) || named.has(name)) continue
    passed[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return passed
}

/** Another server's answer as the body of ours, at the pace of whoever reads it. */
export function relayedBody(answer: IncomingMessage): HttpBody {
  return {
    start(sink) {
      answer.on('data', (piece: Buffer) => {
        if (sink.write(piece)) return
        answer.pause()
        sink.onDrain(() => answer.resume())
      })
      answer.on('end', () => sink.end())
      answer.on('error', () => sink.end())
      answer.on('aborted', () => sink.end())
      sink.onClose(() => answer.destroy())
    },
  }
}

/** The beginning of an answer as text, for an error message. */
export async function textOf(answer: IncomingMessage, lengthMax = 50_000): Promise<string> {
  const pieces: Buffer[] = []
  let total = 0
  for await (const piece of answer as AsyncIterable<Buffer>) {
    pieces.push(piece)
    total += piece.length
    if (total >= lengthMax) break
  }
  return Buffer.concat(pieces).subarray(0, lengthMax).toString()
}

/** Joins two connections byte for byte until either ends; what was sent before the end arrives. */
export function join(one: Duplex, other: Duplex): void {
  for (const [from, to] of [
    [one, other],
    [other, one],
  ] as const) {
    from.on('error', () => to.destroy())
    from.pipe(to)
    from.on('close', () => {
      if (!from.readableEnded) to.destroy()
      // What was sent before the end is still on its way; nobody is left to read what comes back.
      else to.resume()
    })
  }
}

/** Writes the head of an answer onto a connection. */
export function writeHead(
  socket: Duplex,
  status: number,
  text: string,
  headers: readonly (readonly [string, string])[],
): void {
  const lines = headers.map(([name, value]) => `${name}: ${value}\r\n`)
  socket.write(`HTTP/1.1 ${status} ${text}\r\n${lines.join('')}\r\n`)
}

/** Raw headers as pairs. */
export function headerPairs(message: IncomingMessage): [string, string][] {
  const pairs: [string, string][] = []
  for (let i = 0; i + 1 < message.rawHeaders.length; i += 2)
    pairs.push([message.rawHeaders[i] as string, message.rawHeaders[i + 1] as string])
  return pairs
}

/** Whether a request asks for another protocol. */
export const asksUpgrade = (headers: Headers) => /\bupgrade\b/i.test(headers.connection ?? '')
