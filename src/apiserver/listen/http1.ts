import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Socket } from 'node:net'
import type { HttpRequest, HttpResponse, Peer, Sink } from '#base/http'
import { readBody } from './body.ts'
import { Gone } from './gone.ts'
import { withRepeated } from './repeated-headers.ts'
import { lengthOf, piecesOf, wantsGzip, writeGzipped, writePieces } from './pieces.ts'

/** Go's net/http gives a Content-Length to bodies that fit its buffer and chunks the rest; clients see the same here. */
const contentLengthMax = 2048

/** A node:http request as the server's function takes it. */
export function fromHttp1(
  incoming: IncomingMessage,
  peer: Peer,
  signal: Gone,
  lined: readonly string[],
): HttpRequest {
  return {
    method: incoming.method as string,
    url: incoming.url as string,
    headers: withRepeated(incoming.headers as Record<string, string>, incoming.rawHeaders, lined),
    body: (bytesMax) => readBody(incoming, incoming.headers['content-length'], bytesMax),
    signal,
    peer,
  }
}

/** Sends an answer; `last` ends the connection after it. */
export function toHttp1(
  answer: HttpResponse,
  request: HttpRequest,
  outgoing: ServerResponse,
  last: boolean,
): void {
  if (outgoing.destroyed) return
  const headers: Record<string, string> = { ...answer.headers }
  if (last || answer.status === 413) headers.connection = 'close'
  const pieces = piecesOf(answer.body)
  const bodiless = answer.status === 304 || answer.status === 204
  if (pieces === undefined) {
    outgoing.writeHead(answer.status, headers)
    if (request.method === 'HEAD' || bodiless) outgoing.end()
    else startStream(answer.body as { start: (sink: Sink) => void }, outgoing)
    return
  }
  const length = lengthOf(pieces)
  if (wantsGzip(length, request.headers['accept-encoding'], answer)) {
    headers['content-encoding'] = 'gzip'
    headers.vary = 'Accept-Encoding'
    outgoing.writeHead(answer.status, headers)
    if (request.method === 'HEAD') outgoing.end()
    else void writeGzipped(pieces, outgoing)
    return
  }
  const old = outgoing.req.httpVersion === '1.0'
  if (!bodiless && (length <= contentLengthMax || old)) headers['content-length'] = String(length)
  outgoing.writeHead(answer.status, headers)
  if (request.method === 'HEAD' || bodiless) outgoing.end()
  else if (length <= contentLengthMax) outgoing.end(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces))
  else writePieces(pieces, outgoing)
}

function startStream(body: { start: (sink: Sink) => void }, outgoing: ServerResponse): void {
  outgoing.flushHeaders()
  body.start(isPlain(outgoing) ? chunkSink(outgoing) : plainSink(outgoing))
}

/** Whether nothing is to be done to an answer but to cut it into chunks, and nothing stands before it. */
function isPlain(outgoing: ServerResponse): boolean {
  return outgoing.chunkedEncoding && outgoing.socket !== null
}

function plainSink(outgoing: ServerResponse): Sink {
  return {
    write: (bytes) => outgoing.write(bytes),
    onDrain: (run) => void outgoing.once('drain', run),
    onClose: (run) => void outgoing.once('close', run),
    end: () => void outgoing.end(),
    cut: () => void outgoing.destroy(),
  }
}

/** Writes chunks on the socket itself, which takes a third of the time that the response takes for it. */
function chunkSink(outgoing: ServerResponse): Sink {
  const socket = outgoing.socket as Socket
  return {
    write: (bytes) => bytes.length === 0 || socket.write(chunkOf(bytes)),
    onDrain: (run) => void socket.once('drain', run),
    onClose: (run) => void outgoing.once('close', run),
    end: () => void outgoing.end(),
    cut: () => void socket.destroy(),
  }
}

// The same bytes often go to many readers, one after the other.
let lastBytes: Uint8Array | undefined
let lastChunk: Buffer | undefined
const releaseLast = () => {
  lastBytes = undefined
  lastChunk = undefined
}

/** Bytes as a chunk of HTTP/1.1. */
function chunkOf(bytes: Uint8Array): Buffer {
  if (bytes === lastBytes && lastChunk !== undefined) return lastChunk
  if (lastBytes === undefined) setImmediate(releaseLast)
  const head = `${bytes.length.toString(16)}\r\n`
  const chunk = Buffer.allocUnsafe(head.length + bytes.length + 2)
  chunk.write(head, 'latin1')
  chunk.set(bytes, head.length)
  chunk.write('\r\n', head.length + bytes.length, 'latin1')
  lastBytes = bytes
  lastChunk = chunk
  return chunk
}
