// What goes through the API server to a kubelet, with real TLS on both sides and a kubelet that is not one.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { IncomingMessage } from 'node:http'
import { type Server, createServer } from 'node:https'
import type { Duplex } from 'node:stream'
import { type TestContext, test } from 'node:test'
import { type TLSSocket, connect } from 'node:tls'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { TestApi } from '#testkit/api-server'
import { createAuthority } from '../listen/certificates.ts'
import { type Listener, listen } from '../listen/listen.ts'
import { proxySubresources } from './index.ts'

interface Setting {
  readonly api: TestApi
  readonly listener: Listener
  readonly kubelet: Server
  /** Connections that were upgraded, as the kubelet holds them. */
  readonly streams: { request: IncomingMessage; socket: Duplex }[]
}

const podPath = '/api/v1/namespaces/default/pods/web'
const node = { metadata: { name: 'n1' } }
const pod = {
  metadata: { name: 'web' },
  spec: { nodeName: 'n1', containers: [{ name: 'main', image: 'a' }] },
}

/** An API server on a TLS port, and a node whose kubelet says what it was asked or takes over the connection. */
async function setUp(t: TestContext): Promise<Setting> {
  const authority = await createAuthority('test', realClock)
  const serving = await authority.issue({ commonName: 'n1', names: ['127.0.0.1'], use: 'server' })
  const client = await authority.issue({
    commonName: 'api',
    organizations: ['system:masters'],
    use: 'client',
  })
  const streams: Setting['streams'] = []
  const kubelet = createServer({
    key: serving.key,
    cert: serving.certificate,
    ca: authority.certificate,
    requestCert: true,
  })
  kubelet.on('request', (request, response) => {
    const { subject } = (request.socket as TLSSocket).getPeerCertificate()
    const { authorization = 'none' } = request.headers
    response.end(`${request.method} ${request.url} by ${String(subject.CN)} with ${authorization}`)
  })
  kubelet.on('upgrade', (request: IncomingMessage, socket: Duplex) => {
    if (request.url?.includes('refused')) {
      socket.end('HTTP/1.1 404 Not Found\r\nContent-Type: text/plain\r\nContent-Length: 7\r\n\r\nno such')
      return
    }
    streams.push({ request, socket })
    socket.on('error', () => {})
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: ${request.headers.upgrade}\r\nConnection: Upgrade\r\nX-Stream-Protocol-Version: v4\r\n\r\nfirst `,
    )
    socket.on('data', (piece: Buffer) => void socket.write(piece.toString().toUpperCase()))
  })
  kubelet.listen(0, '127.0.0.1')
  await once(kubelet, 'listening')
  t.after(() => kubelet.close())
  const credentials = async () => ({ ...client, ca: authority.certificate })
  const subresources = proxySubresources({ addressTypes: ['InternalIP'], clock: realClock, credentials })
  const api = await TestApi.start({ subresources })
  await fill(api, (kubelet.address() as { port: number }).port)
  const { certificate, key } = serving
  const listener = await listen({
    address: '127.0.0.1',
    port: 0,
    tls: { certificate, key },
    handler: (request) => api.server.handle(request),
    upgrade: (request, socket, head) => api.server.upgrade(request, socket, head),
    clock: realClock,
    log: silent,
  })
  t.after(() => listener.close(0))
  return { api, listener, kubelet, streams }
}

async function fill(api: TestApi, port: number): Promise<void> {
  const made = await api.ok('POST', '/api/v1/nodes', node)
  const status = {
    addresses: [{ type: 'InternalIP', address: '127.0.0.1' }],
    daemonEndpoints: { kubeletEndpoint: { Port: port } },
  }
  await api.ok('PUT', '/api/v1/nodes/n1/status', { ...made, status })
  await api.ok('POST', '/api/v1/namespaces/default/pods', pod)
}

/** A client's connection on which an upgrade was asked for, and what has come on it. */
async function open(setting: Setting, path: string, protocol = 'SPDY/3.1') {
  const socket = connect({ host: '127.0.0.1', port: setting.listener.port, rejectUnauthorized: false })
  await once(socket, 'secureConnect')
  let text = ''
  socket.on('data', (piece: Buffer) => (text += piece.toString()))
  socket.on('error', () => {})
  const secret = 'Authorization: Basic c2VjcmV0'
  socket.write(
    `POST ${path} HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: ${protocol}\r\n${secret}\r\nX-Stream-Protocol-Version: v4.channel.k8s.io\r\n\r\n`,
  )
  const until = async (wanted: RegExp) => {
    while (!wanted.test(text) && !socket.closed)
      await Promise.race([once(socket, 'data'), once(socket, 'close')])
    assert.match(text, wanted)
    return text
  }
  return { socket, until }
}

const connections = (server: Server) =>
  new Promise<number>((resolve) => server.getConnections((_, count) => resolve(count)))

async function allClosed(kubelet: Server): Promise<void> {
  while ((await connections(kubelet)) > 0) await new Promise((resolve) => setImmediate(resolve))
}

void test('a log comes from the node`s kubelet, which sees our certificate and not the client`s secret', async (t) => {
  const { api } = await setUp(t)
  const headers = { authorization: 'Bearer secret' }
  const { status, body } = await api.send('GET', `${podPath}/log?tailLines=5&follow=true`, undefined, {
    headers,
  })
  assert.equal(status, 200)
  const text = await new Promise<string>((resolve) => {
    let whole = ''
    ;(body as { start: (sink: object) => void }).start({
      write: (piece: Uint8Array) => (whole += Buffer.from(piece).toString()) !== '',
      onDrain() {},
      onClose() {},
      end: () => resolve(whole),
    })
  })
  assert.equal(text, 'GET /containerLogs/default/web/main?follow=true&tailLines=5 by api with none')
})

for (const protocol of ['SPDY/3.1', 'websocket']) {
  void test(`${protocol}: bytes pass both ways as they are, nothing tells who the client is`, async (t) => {
    const setting = await setUp(t)
    const path = `${podPath}/exec?command=sh&command=-c&stdin=true&stdout=true&tty=false`
    const { socket, until } = await open(setting, path, protocol)
    const head = await until(/first /)
    assert.match(head, /^HTTP\/1\.1 101 Switching Protocols\r\n/)
    assert.match(head, /\r\nX-Stream-Protocol-Version: v4\r\n/i)
    socket.write('abc')
    await until(/first ABC$/)
    const [{ request } = { request: undefined }] = setting.streams
    assert.equal(request?.url, '/exec/default/web/main?input=1&output=1&command=sh&command=-c')
    assert.equal(request?.headers.upgrade, protocol)
    assert.equal(request?.headers['x-stream-protocol-version'], 'v4.channel.k8s.io')
    assert.equal(request?.headers.authorization, undefined)
    socket.destroy()
    await allClosed(setting.kubelet)
  })
}

void test('when the kubelet ends, the client has what was sent before, then the end', async (t) => {
  const setting = await setUp(t)
  const { socket, until } = await open(setting, `${podPath}/portforward?ports=80`)
  await until(/first /)
  setting.streams[0]?.socket.end('last words')
  await until(/last words$/)
  if (!socket.readableEnded) await once(socket, 'end')
  socket.end()
  await allClosed(setting.kubelet)
})

void test('when the kubelet breaks off, so do we', async (t) => {
  const setting = await setUp(t)
  const { socket, until } = await open(setting, `${podPath}/attach?stdout=true`)
  await until(/first /)
  setting.streams[0]?.socket.destroy()
  if (!socket.closed) await once(socket, 'close')
  await allClosed(setting.kubelet)
})

void test('a refusal of the kubelet is an ordinary answer, after which no byte passes', async (t) => {
  const setting = await setUp(t)
  const { until } = await open(setting, `${podPath}/exec?command=refused&stdout=true`)
  const text = await until(/no such$/)
  assert.match(text, /^HTTP\/1\.1 404 Not Found\r\n/)
  await allClosed(setting.kubelet)
})

void test('a kubelet that is away is named with its address', async (t) => {
  const setting = await setUp(t)
  const { port } = setting.kubelet.address() as { port: number }
  setting.kubelet.close()
  setting.kubelet.closeAllConnections()
  await once(setting.kubelet, 'close').catch(() => undefined)
  const why = `dial tcp 127.0.0.1:${port}: connect: connection refused`
  const log = await setting.api.call('GET', `${podPath}/log`)
  const url = `https://127.0.0.1:${port}/containerLogs/default/web/main`
  assert.equal(log.status, 500)
  assert.equal((log.json as { message: string }).message, `Get ${JSON.stringify(url)}: ${why}`)
  const { until } = await open(setting, `${podPath}/exec?command=a&stdout=true`)
  const text = await until(/"code": ?500/)
  assert.match(text, /^HTTP\/1\.1 500 /)
  assert.ok(text.includes(`"error dialing backend: ${why}"`), text)
  const proxied = await setting.api.call('GET', '/api/v1/nodes/n1/proxy/pods')
  assert.equal(proxied.status, 503)
  const { message, reason } = proxied.json as { message: string; reason: string }
  assert.deepEqual([message, reason], [`error trying to reach service: ${why}`, 'ServiceUnavailable'])
})

void test('nodes/proxy passes on any path of the kubelet', async (t) => {
  const { api } = await setUp(t)
  const { status, body } = await api.send('GET', '/api/v1/nodes/n1/proxy/pods?a=b')
  assert.equal(status, 200)
  assert.ok('start' in body)
  body.start({ write: () => true, onDrain() {}, onClose() {}, end() {}, cut() {} })
})
