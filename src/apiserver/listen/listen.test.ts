import assert from 'node:assert/strict'
import { once } from 'node:events'
import { type IncomingMessage, type OutgoingHttpHeaders, request as httpRequest } from 'node:http'
import { connect as connectHttp2 } from 'node:http2'
import { request as httpsRequest } from 'node:https'
import { connect } from 'node:net'
import type { TestContext } from 'node:test'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { HttpHandler, HttpRequest, Sink } from '#base/http'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { createAuthority } from './certificates.ts'
import { type Listener, type ServingTls, listen } from './listen.ts'

const text = (body: string, status = 200) => ({
  status,
  headers: { 'content-type': 'text/plain' },
  body: Buffer.from(body),
})

async function open(t: TestContext, handler: HttpHandler, tls?: ServingTls): Promise<Listener> {
  const listener = await listen({
    address: '127.0.0.1',
    port: 0,
    handler,
    ...(tls && { tls }),
    clock: realClock,
    log: silent,
    linedHeaders: ['x-remote-'],
    async upgrade(request, socket) {
      socket.end(`HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${request.headers.upgrade}\r\n\r\nbye`)
    },
  })
  t.after(() => listener.close(0))
  return listener
}

interface Got {
  readonly status: number
  readonly headers: IncomingMessage['headers']
  readonly body: Buffer
}

function get(
  url: string,
  options: {
    method?: string
    headers?: OutgoingHttpHeaders
    body?: string
    key?: string
    cert?: string
  } = {},
): Promise<Got> {
  const { body, ...rest } = options
  return new Promise((resolve, reject) => {
    const send = url.startsWith('https') ? httpsRequest : httpRequest
    const outgoing = send(url, { ...rest, agent: false, rejectUnauthorized: false }, (answer) => {
      const pieces: Buffer[] = []
      answer.on('data', (piece: Buffer) => pieces.push(piece))
      answer.on('end', () =>
        resolve({
          status: answer.statusCode as number,
          headers: answer.headers,
          body: Buffer.concat(pieces),
        }),
      )
    })
    outgoing.on('error', reject)
    outgoing.end(body)
  })
}

test('listen() gives short answers a length and chunks long ones', async (t) => {
  const { port } = await open(t, async ({ url }) => text('x'.repeat(Number(url.slice(1)))))
  const short = await get(`http://127.0.0.1:${port}/2048`)
  assert.equal(short.headers['content-length'], '2048')
  assert.ok(short.headers.date)
  const long = await get(`http://127.0.0.1:${port}/2049`)
  assert.equal(long.headers['transfer-encoding'], 'chunked')
  assert.equal(long.headers['content-length'], undefined)
  assert.equal(long.body.length, 2049)
  const head = await get(`http://127.0.0.1:${port}/10`, { method: 'HEAD' })
  assert.equal(head.headers['content-length'], '10')
  assert.equal(head.body.length, 0)
})

test('listen() compresses answers above 128 KiB for who accepts it', async (t) => {
  const pieces = Array.from({ length: 3000 }, (_, i) => Buffer.from(`${i},`.padEnd(64)))
  const { port } = await open(t, async () => ({ status: 200, headers: {}, body: pieces }))
  const plain = await get(`http://127.0.0.1:${port}/`)
  assert.equal(plain.headers['content-encoding'], undefined)
  const packed = await get(`http://127.0.0.1:${port}/`, { headers: { 'accept-encoding': 'gzip' } })
  assert.equal(packed.headers['content-encoding'], 'gzip')
  assert.ok(gunzipSync(packed.body).equals(plain.body))
  assert.ok(Buffer.concat(pieces).equals(plain.body))
})

test('listen() sends long answers whole, many at a time, to readers of any pace', async (t) => {
  const bodyOf = (url: string) =>
    Array.from({ length: 20_000 }, (_, i) => Buffer.from(`${url} ${i},`.padEnd(30 + (i % 101))))
  const handler: HttpHandler = async ({ url }) => ({ status: 200, headers: {}, body: bodyOf(url) })
  const { tls } = await makeTls()
  const { port } = await open(t, handler, tls)
  const session = connectHttp2(`https://127.0.0.1:${port}`, { rejectUnauthorized: false })
  t.after(() => session.destroy())
  const read = async (url: string) => {
    const got: Buffer[] = []
    for await (const piece of session.request({ ':path': url })) {
      got.push(piece as Buffer)
      await new Promise((resolve) => setImmediate(resolve))
    }
    assert.ok(Buffer.concat(got).equals(Buffer.concat(bodyOf(url))), url)
  }
  const urls = Array.from({ length: 8 }, (_, i) => `/${i}`)
  await Promise.all(urls.map(read))
  for (const url of urls) {
    const { body } = await get(`https://127.0.0.1:${port}${url}`)
    assert.ok(body.equals(Buffer.concat(bodyOf(url))), url)
  }
})

test('listen() refuses bodies above the limit and goes on', async (t) => {
  const { port } = await open(t, async ({ body }) => text(String((await body(1000)).length)))
  const url = `http://127.0.0.1:${port}/`
  assert.equal((await get(url, { method: 'POST', body: 'y'.repeat(1000) })).body.toString(), '1000')
  const refused = await get(url, { method: 'POST', body: 'y'.repeat(1001) })
  assert.equal(refused.status, 413)
  assert.equal(JSON.parse(refused.body.toString()).message, 'Request entity too large: limit is 1000')
  const chunked = await get(url, {
    method: 'POST',
    headers: { 'transfer-encoding': 'chunked' },
    body: 'y'.repeat(1001),
  })
  assert.equal(chunked.status, 413)
})

test('listen() answers 500 when the handler throws what is no refusal', async (t) => {
  const { port } = await open(t, async () => {
    throw new Error('boom')
  })
  const failed = await get(`http://127.0.0.1:${port}/`)
  assert.equal(failed.status, 500)
  assert.doesNotMatch(failed.body.toString(), /boom/)
})

test('listen() tells a streaming handler that the client has gone', async (t) => {
  const seen = Promise.withResolvers<string>()
  const { port } = await open(t, async (request) => ({
    status: 200,
    headers: {},
    body: {
      start(sink: Sink) {
        sink.write(Buffer.from('first'))
        request.signal.addEventListener('abort', () => seen.resolve('gone'))
      },
    },
  }))
  const outgoing = httpRequest(`http://127.0.0.1:${port}/`).end()
  const [answer] = (await once(outgoing, 'response')) as [IncomingMessage]
  const [piece] = (await once(answer, 'data')) as [Buffer]
  assert.equal(piece.toString(), 'first')
  outgoing.destroy()
  assert.equal(await seen.promise, 'gone')
})

test('listen() hands stream upgrades over and takes other upgrades as requests', async (t) => {
  const { port } = await open(t, async () => text('plain'))
  const raw = async (upgrade: string) => {
    const socket = connect(port, '127.0.0.1')
    socket.write(`GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, close\r\nUpgrade: ${upgrade}\r\n\r\n`)
    let all = ''
    for await (const piece of socket) all += piece
    return all
  }
  assert.match(await raw('SPDY/3.1'), /^HTTP\/1.1 101 Switching Protocols\r\nUpgrade: SPDY\/3.1\r\n\r\nbye$/)
  assert.match(await raw('h2c'), /^HTTP\/1.1 200 OK[^]*plain$/)
})

test('listen() answers garbage with 400', async (t) => {
  const { port } = await open(t, async () => text('plain'))
  const socket = connect(port, '127.0.0.1')
  socket.write('GARBAGE\r\n\r\n')
  let all = ''
  for await (const piece of socket) all += piece
  assert.match(all, /^HTTP\/1.1 400 Bad Request\r\n/)
})

async function makeTls() {
  const authority = await createAuthority('test', realClock)
  const serving = await authority.issue({ commonName: 'a', names: ['127.0.0.1'], use: 'server' })
  const stranger = await createAuthority('other', realClock)
  return { authority, stranger, tls: { ...serving, clientCa: authority.certificate } }
}

test('listen() serves HTTP/1.1 and HTTP/2 over TLS and names verified clients', async (t) => {
  const { authority, stranger, tls } = await makeTls()
  const echo = async ({ peer, method, body }: HttpRequest) =>
    text(`${method} ${JSON.stringify(peer.certificate ?? null)} ${Buffer.from(await body(100)).toString()}`)
  const { port } = await open(t, echo, tls)
  const url = `https://127.0.0.1:${port}/`
  assert.equal((await get(url)).body.toString(), 'GET null ')

  const client = await authority.issue({ commonName: 'jo', organizations: ['a', 'b'], use: 'client' })
  const known = await get(url, { key: client.key, cert: client.certificate })
  assert.equal(known.body.toString(), 'GET {"commonName":"jo","organizations":["a","b"]} ')
  const forged = await stranger.issue({ commonName: 'jo', use: 'client' })
  assert.equal((await get(url, { key: forged.key, cert: forged.certificate })).status, 401)

  const session = connectHttp2(url, { rejectUnauthorized: false })
  const stream = session.request({ ':path': '/x', ':method': 'POST' })
  stream.end('hello')
  const [headers] = (await once(stream, 'response')) as [Record<string, string | number>]
  assert.equal(headers[':status'], 200)
  assert.equal(headers['content-length'], '15')
  let all = ''
  for await (const piece of stream) all += piece
  assert.equal(all, 'POST null hello')
  session.close()
  await once(session, 'close')
})

test('listen() tells certificates of clients from those of proxies', async (t) => {
  const { authority, stranger, tls } = await makeTls()
  const echo = async ({ peer, headers }: HttpRequest) =>
    text(
      JSON.stringify([
        peer.certificate?.commonName,
        peer.proxy,
        headers['x-remote-group'],
        headers['x-other'],
      ]),
    )
  const { port } = await open(t, echo, { ...tls, proxyCa: stranger.certificate })
  const url = `https://127.0.0.1:${port}/`
  const asked = async (signer: typeof authority, headers: OutgoingHttpHeaders = {}) => {
    const { key, certificate } = await signer.issue({ commonName: 'jo', use: 'client' })
    const got = await get(url, { key, cert: certificate, headers })
    return got.status === 200 ? (JSON.parse(got.body.toString()) as unknown) : got.status
  }
  assert.deepEqual(await asked(authority), ['jo', null, null, null])
  const repeated = { 'x-remote-group': ['a, b', 'c'], 'x-other': ['a', 'b'] }
  assert.deepEqual(await asked(stranger, repeated), [null, 'jo', 'a, b\nc', 'a, b'])
  assert.equal(await asked(await createAuthority('third', realClock)), 401)
})

test('listener.close() lets a request end and then closes its connection', async (t) => {
  const begun = Promise.withResolvers<void>()
  const finish = Promise.withResolvers<void>()
  const listener = await open(t, async () => {
    begun.resolve()
    await finish.promise
    return text('done')
  })
  const answer = get(`http://127.0.0.1:${listener.port}/`, { headers: { connection: 'keep-alive' } })
  await begun.promise
  const closed = listener.close(10_000)
  finish.resolve()
  const got = await answer
  assert.equal(got.body.toString(), 'done')
  assert.equal(got.headers.connection, 'close')
  await closed
})

test('listener.close() cuts what does not end in time', async (t) => {
  const begun = Promise.withResolvers<void>()
  const listener = await open(t, async () => {
    begun.resolve()
    return new Promise(() => {})
  })
  const answer = get(`http://127.0.0.1:${listener.port}/`)
  await begun.promise
  await listener.close(1)
  await assert.rejects(answer)
})
