import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Clock } from '#base/clock'
import type { Headers, HttpRequest } from '#base/http'
import { dial } from './streams/dial.ts'

/** What the runtime must see of an upgrade request. */
const upgradeHeaders = [
  'connection',
  'upgrade',
  'x-stream-protocol-version',
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-protocol',
  'sec-websocket-extensions',
]
/** Headers that go on lines of their own where they hold several values: not every server splits them at commas. */
const listHeaders = new Set(['x-stream-protocol-version'])
/** How long a connection whose other end has closed may take to say its last. */
const lingerMs = 5000

/** Joins a client's connection, byte for byte, with the one that the runtime upgrades at `url`. @throws Refusal when it does not. */
export async function tunnel(
  url: string,
  request: HttpRequest,
  socket: Duplex,
  head: Uint8Array,
  clock: Clock,
): Promise<void> {
  const { answer, socket: theirs, rest } = await dial(url, request.method, passedOn(request.headers), socket)
  socket.write(headOf(101, linesOf(answer)))
  if (rest.length > 0) socket.write(rest)
  if (head.length > 0) theirs.write(head)
  pass(socket, theirs, clock)
  pass(theirs, socket, clock)
}

/** The head of an answer written onto a connection. */
export function headOf(status: number, lines: readonly string[]): string {
  return `HTTP/1.1 ${status} ${STATUS_CODES[status] ?? 'Unknown'}\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`
}

function passedOn(headers: Headers): Record<string, string | string[]> {
  return Object.fromEntries(
    upgradeHeaders.flatMap((name) => {
      const value = headers[name]
      if (value === undefined) return []
      return [[name, listHeaders.has(name) ? value.split(',').map((one) => one.trim()) : value]]
    }),
  )
}

function linesOf({ rawHeaders }: IncomingMessage): string[] {
  const lines: string[] = []
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) lines.push(`${rawHeaders[i]}: ${rawHeaders[i + 1]}`)
  return lines
}

/** Carries bytes one way. What was sent before the end arrives; a broken connection breaks the other. */
function pass(from: Duplex, to: Duplex, clock: Clock): void {
  from.on('error', () => to.destroy())
  from.pipe(to)
  from.once('close', () => {
    if (!from.readableEnded) {
      to.destroy()
      return
    }
    // Nobody is left to read what still comes from there; closing at once could cut off what is on its way to it.
    to.resume()
    const cancel = clock.after(lingerMs, () => to.destroy(), { unref: true })
    to.once('close', cancel)
  })
}
