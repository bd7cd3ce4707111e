// WebSockets of the newest protocols against a runtime that speaks SPDY alone.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, get, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import { test, type TestContext } from 'node:test'
import { WebSocket } from 'ws'
import { never } from '#base/cancel'
import { control, dataHead, FrameReader, streamOf } from '../../../client/spdy/frames.ts'
import { joinWebSocket, translatedProtocol } from './web-socket.ts'

/** A runtime whose session answers each end of input with what came, and with a verdict. */
function session(socket: Duplex, streams: string[]): void {
  const reader = new FrameReader()
  let input = ''
  const frame = (stream: number, text: string, isLast = false) =>
    Buffer.concat([dataHead(stream, Buffer.byteLength(text), isLast), Buffer.from(text)])
  socket.on('error', () => {})
  socket.on('data', (piece: Buffer) => {
    for (const one of reader.read(piece)) {
      if (one.type === 'control' && one.kind === control.synStream) streams.push(String(streamOf(one.body)))
      if (one.type === 'control' && one.kind === control.rstStream) streams.push('reset')
      if (one.type !== 'data') continue
      input += Buffer.from(one.body).toString()
      // error 1, stdin 3, stdout 5, stderr 7
      if (one.stream === 3 && input.endsWith('die')) return void socket.destroy()
      if (one.stream !== 3 || !one.isLast) continue
      socket.write(frame(5, `got ${input}`, true))
      socket.write(frame(7, 'oh', true))
      socket.write(frame(1, '{"status":"Success"}', true))
    }
  })
}

async function listening(t: TestContext, onUpgrade: (incoming: IncomingMessage, socket: Duplex) => void) {
  const server = createServer((_, answer) => answer.writeHead(404).end('gone'))
  server.on('upgrade', (incoming, socket) => {
    t.after(() => socket.destroy())
    onUpgrade(incoming, socket)
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.after(() => server.close())
  return `127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** A kubelet that has a runtime behind it. */
async function node(t: TestContext, protocol: string, onUpgrade: (socket: Duplex) => void) {
  const asked: (string | undefined)[] = []
  const runtime = await listening(t, (incoming, socket) => {
    asked.push(incoming.method, incoming.headers['x-stream-protocol-version'] as string)
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: SPDY/3.1\r\n\r\n')
    onUpgrade(socket)
  })
  const kubelet = await listening(t, (incoming, socket) => {
    const request = {
      method: 'GET',
      url: `${incoming.url}`,
      headers: incoming.headers as Record<string, string>,
      body: async () => new Uint8Array(0),
      signal: never,
      peer: { address: '', secure: true },
    }
    assert.equal(translatedProtocol(request), protocol)
    void joinWebSocket(`http://${runtime}/session`, protocol, request, socket, Buffer.alloc(0))
  })
  return { asked, address: kubelet }
}

/** A client of such a kubelet in a session. */
async function connected(t: TestContext, onUpgrade: (socket: Duplex) => void) {
  const protocol = 'v5.channel.k8s.io'
  const { asked, address } = await node(t, protocol, onUpgrade)
  const client = new WebSocket(`ws://${address}/exec/ns/pod/main?input=1&output=1&error=1`, [protocol])
  t.after(() => client.terminate())
  const messages: Buffer[] = []
  client.on('message', (data) => messages.push(data as Buffer))
  await once(client, 'open')
  return { client, messages, asked }
}

const texts = (messages: readonly Buffer[], channel: number) =>
  messages
    .filter(([first]) => first === channel)
    .map((message) => message.subarray(1).toString())
    .join('')

test('joinWebSocket() carries input, its end, both outputs and the verdict', async (t) => {
  const streams: string[] = []
  const { client, messages, asked } = await connected(t, (socket) => session(socket, streams))
  assert.equal(client.protocol, 'v5.channel.k8s.io')
  client.send(Buffer.from('\0hello '))
  client.send(Buffer.from('\0world'))
  client.send(Buffer.of(255, 0))
  const [code] = (await once(client, 'close')) as [number]
  assert.equal(code, 1000)
  assert.deepEqual(messages[0], Buffer.of(1), 'a first message without a text says that the session stands')
  assert.equal(texts(messages, 1), 'got hello world')
  assert.equal(texts(messages, 2), 'oh')
  assert.equal(texts(messages, 3), '{"status":"Success"}')
  assert.deepEqual(asked, ['POST', 'v4.channel.k8s.io'])
  assert.deepEqual(streams, ['1', '3', '5', '7'])
})

test('joinWebSocket() ends soon after input that came faster than it was taken', async (t) => {
  const { client, messages } = await connected(t, (socket) => session(socket, []))
  const piece = Buffer.alloc(100_001, 'x')
  piece[0] = 0
  for (let i = 0; i < 20; i++) client.send(piece)
  client.send(Buffer.of(255, 0))
  const started = performance.now()
  await once(client, 'close')
  assert.equal(texts(messages, 1).length, 'got '.length + 2_000_000)
  assert.ok(performance.now() - started < 20_000, 'it does not wait for the connection to be given up')
})

test('joinWebSocket() says so when the runtime goes without a verdict', async (t) => {
  const { client, messages } = await connected(t, (socket) => session(socket, []))
  client.send(Buffer.from('\0die'))
  await once(client, 'close')
  const verdict = JSON.parse(texts(messages, 3)) as { status: string; reason: string }
  assert.deepEqual([verdict.status, verdict.reason], ['Failure', 'InternalError'])
})

test('joinWebSocket() ends the session of a client that goes', async (t) => {
  const gone = Promise.withResolvers<void>()
  const { client } = await connected(t, (socket) => {
    session(socket, [])
    socket.once('end', () => gone.resolve())
  })
  client.terminate()
  await gone.promise
})

test('joinWebSocket() carries the bytes of a forwarded connection as they are', async (t) => {
  const protocol = 'SPDY/3.1+portforward.k8s.io'
  const { asked, address } = await node(t, protocol, (socket) => {
    socket.on('data', (piece: Buffer) => socket.write(piece.toString().toUpperCase()))
  })
  const outgoing = get(`http://${address}/portForward/ns/pod`, {
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      'sec-websocket-version': '13',
      'sec-websocket-key': Buffer.alloc(16).toString('base64'),
      'sec-websocket-protocol': protocol,
    },
  })
  const [answer, socket] = (await once(outgoing, 'upgrade')) as [IncomingMessage, Duplex]
  assert.equal(answer.headers['sec-websocket-protocol'], protocol)
  // A binary message, masked as clients must, with a mask that changes nothing.
  socket.write(Buffer.concat([Buffer.of(0x82, 0x83, 0, 0, 0, 0), Buffer.from('abc')]))
  const [message] = (await once(socket, 'data')) as [Buffer]
  assert.deepEqual(message, Buffer.concat([Buffer.of(0x82, 3), Buffer.from('ABC')]))
  assert.deepEqual(asked, ['POST', 'portforward.k8s.io'])
  socket.destroy()
})
