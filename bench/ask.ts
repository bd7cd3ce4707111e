// Requests over kept connections, read to their last byte and not parsed.
import { Agent, type IncomingMessage, request } from 'node:http'

const agent = new Agent({ keepAlive: true, maxSockets: 64 })

function send(
  port: number,
  method: string,
  path: string,
  body: Uint8Array | undefined,
  type: string,
): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    const headers = body && { 'content-type': type, 'content-length': body.length }
    const options = { port, host: '127.0.0.1', method, path, agent, ...(headers && { headers }) }
    request(options, resolve).on('error', reject).end(body)
  })
}

/** An answer's bytes. @throws Error for anything but success. */
export async function ask(
  port: number,
  method: string,
  path: string,
  body?: Uint8Array,
  type = 'application/json',
): Promise<Buffer> {
  const answer = await send(port, method, path, body, type)
  const pieces: Buffer[] = []
  for await (const piece of answer) pieces.push(piece as Buffer)
  const bytes = Buffer.concat(pieces)
  if ((answer.statusCode ?? 500) >= 300)
    throw new Error(`${method} ${path}: ${answer.statusCode} ${bytes.toString()}`)
  return bytes
}

/** Opens a watch on a connection of its own; `onLines` is told how many lines have come, and gives their bytes. */
export function follow(
  port: number,
  path: string,
  onLines: (count: number, piece: Buffer) => void,
): Promise<() => void> {
  return new Promise((resolve, reject) => {
    const outgoing = request({ port, host: '127.0.0.1', path, agent: false }, (answer) => {
      answer.on('data', (piece: Buffer) => {
        let count = 0
        for (let at = piece.indexOf(10); at >= 0; at = piece.indexOf(10, at + 1)) count++
        if (count > 0) onLines(count, piece)
      })
      answer.on('error', () => {})
      resolve(() => outgoing.destroy())
    })
    outgoing.on('error', reject).end()
  })
}
