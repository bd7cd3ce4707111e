import {
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type ServerHttp2Stream,
  constants,
} from 'node:http2'
import type { HttpRequest, HttpResponse, Peer, Sink } from '#base/http'
import { readBody } from './body.ts'
import type { Gone } from './gone.ts'
import { withRepeated } from './repeated-headers.ts'
import { lengthOf, piecesOf, wantsGzip, writeGzipped, writePieces } from './pieces.ts'

/** Go's HTTP/2 server gives a length to bodies that fit its buffer. */
const contentLengthMax = 4096

/** Headers that mean something to an HTTP/1.1 connection only. */
const connectionHeaders = ['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'proxy-connection']

/** An HTTP/2 stream as the server's function takes it. */
export function fromHttp2(
  stream: ServerHttp2Stream,
  headers: IncomingHttpHeaders,
  raw: readonly string[],
  peer: Peer,
  signal: Gone,
  lined: readonly string[],
): HttpRequest {
  if (headers.host === undefined && headers[':authority'] !== undefined) headers.host = headers[':authority']
  if (headers.expect?.toLowerCase() === '100-continue') stream.additionalHeaders({ ':status': 100 })
  // Without a reader the stream would never end.
  if (stream.endAfterHeaders) stream.resume()
  return {
    method: headers[':method'] as string,
    url: headers[':path'] as string,
    headers: withRepeated(headers as Record<string, string>, raw, lined),
    body: (bytesMax) =>
      stream.endAfterHeaders
        ? Promise.resolve(new Uint8Array(0))
        : readBody(stream, headers['content-length'], bytesMax),
    signal,
    peer,
  }
}

/** Sends an answer on a stream. */
export function toHttp2(answer: HttpResponse, request: HttpRequest, stream: ServerHttp2Stream): void {
  if (stream.destroyed || stream.closed) return
  const headers: OutgoingHttpHeaders = { ':status': answer.status, ...answer.headers }
  for (const name of connectionHeaders) if (name in headers) delete headers[name]
  const endStream = request.method === 'HEAD' || answer.status === 304 || answer.status === 204
  const pieces = piecesOf(answer.body)
  if (pieces === undefined) {
    stream.respond(headers, { endStream })
    if (!endStream) startStream(answer.body as { start: (sink: Sink) => void }, stream)
    return
  }
  const length = lengthOf(pieces)
  const gzip = wantsGzip(length, request.headers['accept-encoding'], answer)
  if (gzip) {
    headers['content-encoding'] = 'gzip'
    headers.vary = 'Accept-Encoding'
  } else if (length <= contentLengthMax && answer.status !== 304 && answer.status !== 204) {
    headers['content-length'] = String(length)
  }
  stopReading(stream)
  stream.respond(headers, { endStream })
  if (endStream) return
  if (gzip) void writeGzipped(pieces, stream)
  else if (length <= contentLengthMax) stream.end(pieces.length === 1 ? pieces[0] : Buffer.concat(pieces))
  else writePieces(pieces, stream)
}

/** A request body that nobody wants must not keep the stream open: after the answer the client is told to stop. */
function stopReading(stream: ServerHttp2Stream): void {
  if (stream.endAfterHeaders || stream.readableEnded) return
  stream.once('finish', () => {
    if (!stream.readableEnded && !stream.closed) stream.close(constants.NGHTTP2_NO_ERROR)
  })
}

function startStream(body: { start: (sink: Sink) => void }, stream: ServerHttp2Stream): void {
  body.start({
    write: (bytes) => !stream.destroyed && stream.write(bytes),
    onDrain: (run) => void stream.once('drain', run),
    onClose: (run) => void stream.once('close', run),
    end: () => void stream.end(),
    // Closing a stream, with whatever code, would say that the answer is complete.
    cut: () => void stream.destroy(new Error('the answer was broken off')),
  })
}
