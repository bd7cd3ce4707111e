import { type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest } from 'node:http'
import { request as httpsRequest } from 'node:https'
import type { Duplex } from 'node:stream'
import { Refusal } from '../refusal.ts'

const refusalBytesMax = 50_000

/** A connection that the runtime upgraded. */
export interface Dialled {
  readonly answer: IncomingMessage
  readonly socket: Duplex
  /** What came with the answer. */
  readonly rest: Uint8Array
}

/** Opens the runtime's end of a session; `client` gives it up by closing. @throws Refusal when the runtime does not upgrade. */
export function dial(
  url: string,
  method: string,
  headers: OutgoingHttpHeaders,
  client: Duplex,
): Promise<Dialled> {
  const send = url.startsWith('https:') ? httpsRequest : httpRequest
  const outgoing = send(url, {
    method,
    headers,
    agent: false,
    // The runtime's certificate is its own; it is on this machine.
    rejectUnauthorized: false,
  })
  client.once('close', () => outgoing.destroy())
  return new Promise((resolve, reject) => {
    outgoing.once('upgrade', (answer, socket, rest) => resolve({ answer, socket, rest }))
    outgoing.once(
      'response',
      (refusal) =>
        void textOf(refusal).then((text) => reject(new Refusal(refusal.statusCode ?? 500, text)), reject),
    )
    outgoing.once('error', (error) => reject(new Refusal(500, `error dialing the runtime: ${error.message}`)))
    outgoing.end()
  })
}

async function textOf(answer: IncomingMessage): Promise<string> {
  let text = ''
  for await (const piece of answer as AsyncIterable<Buffer>) {
    text += piece.toString()
    if (text.length >= refusalBytesMax) break
  }
  return text.trimEnd()
}
