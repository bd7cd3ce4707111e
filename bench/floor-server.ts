// The least that an answer costs: a bare node:http server that sends the bytes of a file, unread.
// GET /watch keeps the answer open; POST /event writes the bytes to all of those; POST /durable writes and syncs first.
import { closeSync, fdatasyncSync, openSync, readFileSync, writeSync } from 'node:fs'
import { type ServerResponse, createServer } from 'node:http'

const [port, bytesFile = '', written = ''] = process.argv.slice(-3)
const bytes = bytesFile === '' ? Buffer.from('ok') : readFileSync(bytesFile)
const file = openSync(written, 'w')
const watchers = new Set<ServerResponse>()

const server = createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
  if (request.url === '/watch') {
    response.writeHead(200, { 'content-type': 'application/json' }).flushHeaders()
    watchers.add(response)
    response.on('close', () => watchers.delete(response))
    return
  }
  const pieces: Buffer[] = []
  request.on('data', (piece: Buffer) => pieces.push(piece))
  request.on('end', () => {
    if (request.url === '/durable') {
      writeSync(file, Buffer.concat(pieces))
      fdatasyncSync(file)
    }
    if (request.url === '/event') for (const one of watchers) one.write(bytes)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': bytes.length }).end(bytes)
  })
})
server.listen(Number(port), '127.0.0.1')
process.on('exit', () => closeSync(file))
