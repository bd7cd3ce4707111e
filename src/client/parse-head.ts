import { once } from 'node:events'
import type { Duplex } from 'node:stream'
import type { Headers } from '#base/http'

const headBytesMax = 64 * 1024

/** Reads the status line and headers of an HTTP answer; what follows stays in the stream. @throws when the stream ends first. */
export async function parseHead(socket: Duplex): Promise<{ status: number; headers: Headers }> {
  let seen = Buffer.alloc(0)
  for (;;) {
    const chunk = socket.read() as Buffer | null
    if (chunk === null) {
      if (socket.readableEnded || socket.destroyed)
        throw new Error('the connection ended before an answer came')
      await Promise.race([once(socket, 'readable'), once(socket, 'end'), once(socket, 'close')])
      continue
    }
    seen = Buffer.concat([seen, chunk])
    const end = seen.indexOf('\r\n\r\n')
    if (end >= 0) {
      const rest = seen.subarray(end + 4)
      if (rest.length > 0) socket.unshift(rest)
      return parse(seen.subarray(0, end).toString('latin1'))
    }
    if (seen.length > headBytesMax) throw new Error('the head of the answer is too long')
  }
}

function parse(text: string): { status: number; headers: Headers } {
  const [statusLine = '', ...lines] = text.split('\r\n')
  const headers: Record<string, string> = {}
  for (const line of lines) {
    const colon = line.indexOf(':')
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim()
  }
  return { status: Number(statusLine.split(' ')[1]), headers }
}
