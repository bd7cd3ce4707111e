// The least that an answer costs: a bare TLS server that sends the bytes of a file, over HTTP/2 and HTTP/1.1. It is run as
// plain JavaScript. POST /durable answers when the body is on disk: all bodies that come while one sync runs share the
// next. GET /watch keeps the answer open; POST /event writes the bytes to all of those.
import { fdatasync, openSync, readFileSync, write } from 'node:fs'
import type { IncomingMessage } from 'node:http'
import { createSecureServer, type ServerHttp2Stream } from 'node:http2'
import type { Duplex, Writable } from 'node:stream'
import type { TLSSocket } from 'node:tls'

const [port, bytesFile = '', certificate = '', key = '', written = ''] = process.argv.slice(-5)
const bytes = readFileSync(bytesFile)
const file = openSync(written, 'w')
const watchers = new Set<Writable>()
const headers = { 'content-type': 'application/json' }

let waiting: { body: Buffer; answer: () => void }[] = []
let isSyncing = false

function sync(): void {
  if (isSyncing || waiting.length === 0) return
  isSyncing = true
  const group = waiting
  waiting = []
  write(file, Buffer.concat(group.map(({ body }) => body)), () =>
    fdatasync(file, () => {
      isSyncing = false
      for (const { answer } of group) answer()
      sync()
    }),
  )
}

function serve(path: string, source: Duplex | IncomingMessage, target: Writable, answer: () => void): void {
  if (path === '/watch') {
    watchers.add(target)
    target.on('close', () => watchers.delete(target))
    return
  }
  const pieces: Buffer[] = []
  source.on('data', (piece: Buffer) => pieces.push(piece))
  source.on('end', () => {
    if (path === '/durable') {
      waiting.push({ body: Buffer.concat(pieces), answer })
      return sync()
    }
    if (path === '/event') for (const one of watchers) one.write(bytes)
    answer()
  })
}

const server = createSecureServer({
  cert: readFileSync(certificate),
  key: readFileSync(key),
  allowHTTP1: true,
  settings: { maxConcurrentStreams: 250 },
})
server.on('stream', (stream: ServerHttp2Stream, asked) => {
  stream.on('error', () => {})
  const path = asked[':path'] as string
  if (path === '/watch') stream.respond(headers)
  serve(path, stream, stream, () => {
    stream.respond(headers)
    stream.end(bytes)
  })
})
server.on('request', (request, response) => {
  if ((request.socket as TLSSocket).alpnProtocol === 'h2') return
  const path = request.url
  if (path === '/watch') response.writeHead(200, headers)
  serve(path, request as unknown as IncomingMessage, response as unknown as Writable, () => {
    response.writeHead(200, headers)
    response.end(bytes)
  })
})
server.listen(Number(port), '127.0.0.1')
