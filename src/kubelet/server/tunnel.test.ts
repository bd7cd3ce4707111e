import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { type Duplex, duplexPair } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { never } from '#base/cancel'
import type { HttpRequest } from '#base/http'
import { VirtualClock } from '#testkit/virtual-clock'
import { tunnel } from './tunnel.ts'

/** A runtime's streaming server that does what it is told with each upgrade. */
async function runtime(t: TestContext, upgraded: (request: IncomingMessage, socket: Duplex) => void) {
  const server = createServer((_, answer) => {
    answer.statusCode = 404
    answer.end('no such session\n')
  })
  server.on('upgrade', upgraded)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/exec/token`
}

const request = (headers: Record<string, string>): HttpRequest => ({
  method: 'POST',
  url: '/exec/default/web/main',
  headers,
  body: async () => new Uint8Array(0),
  signal: never,
  peer: { address: '', secure: true },
})

const spdy = {
  connection: 'Upgrade',
  upgrade: 'SPDY/3.1',
  'x-stream-protocol-version': 'v5.channel.k8s.io, v4.channel.k8s.io',
  authorization: 'Bearer secret',
}

async function readAll(socket: Duplex): Promise<string> {
  let text = ''
  for await (const piece of socket as AsyncIterable<Buffer>) text += piece.toString()
  return text
}

test('tunnel() passes the request without its secrets, and bytes both ways to the last one', async (t) => {
  const last = 'x'.repeat(1_000_000)
  const seen: IncomingMessage[] = []
  const url = await runtime(t, (incoming, socket) => {
    seen.push(incoming)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nfirst ')
    socket.once('data', (piece: Buffer) => socket.end(`${piece.toString()} ${last}`))
  })
  const [client, ours] = duplexPair()
  await tunnel(url, request(spdy), ours, Buffer.from('head'), new VirtualClock())
  const text = await readAll(client)
  const [head, body] = text.split('\r\n\r\n')
  assert.match(
    head as string,
    /^HTTP\/1\.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY\/3\.1$/,
  )
  assert.equal(body, `first head ${last}`)
  const raw = seen[0]?.rawHeaders ?? []
  assert.equal(raw.filter((name) => name.toLowerCase() === 'x-stream-protocol-version').length, 2)
  assert.equal(seen[0]?.headers.authorization, undefined)
  assert.equal(seen[0]?.method, 'POST')
})

test('tunnel() breaks the other connection when one breaks', async (t) => {
  const url = await runtime(t, (_, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n')
    socket.on('error', () => {})
    socket.once('data', () => (socket as Socket).resetAndDestroy())
  })
  const [client, ours] = duplexPair()
  client.on('error', () => {})
  await tunnel(url, request(spdy), ours, Buffer.from('go'), new VirtualClock())
  client.resume()
  await once(ours, 'close')
})

test('tunnel() closes a connection whose other end has said all, even if nobody closes it', async (t) => {
  const clock = new VirtualClock()
  const url = await runtime(t, (_, socket) => {
    socket.end('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\nall')
  })
  const [client, ours] = duplexPair()
  await tunnel(url, request(spdy), ours, Buffer.alloc(0), clock)
  assert.match(await readAll(client), /all$/)
  const closed = once(ours, 'close')
  while (!ours.destroyed) await clock.advance(1000)
  await closed
})

test('tunnel() tells a refusal of the runtime, and one that is not there', async (t) => {
  const url = await runtime(t, () => {})
  const [, ours] = duplexPair()
  const plain = { 'x-stream-protocol-version': 'v4.channel.k8s.io' }
  await assert.rejects(tunnel(url, request(plain), ours, Buffer.alloc(0), new VirtualClock()), {
    status: 404,
    message: 'no such session',
  })
  const nowhere = tunnel('http://127.0.0.1:1/x', request(spdy), ours, Buffer.alloc(0), new VirtualClock())
  await assert.rejects(nowhere, { status: 500, message: /^error dialing the runtime: / })
})
