// Requests that go through the API server to pods and to what is behind services: every method, path and header.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type IncomingMessage, request, type ServerResponse } from 'node:http'
import { networkInterfaces } from 'node:os'
import { type TestContext, test } from 'node:test'
import { deflateRawSync, gzipSync } from 'node:zlib'
import { silent } from '#base/log'
import { realClock } from '#host/clock'
import { TestApi } from '#testkit/api-server'
import { listen } from '../listen/listen.ts'
import { proxySubresources } from './index.ts'

/** An address of this machine that is not its loopback: that one is refused. */
const address = Object.values(networkInterfaces())
  .flatMap((one) => one ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address

const pods = '/api/v1/namespaces/default/pods'
const services = '/api/v1/namespaces/default/services'

/** Says what was asked, as a list. */
async function answer(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
  const pieces: Buffer[] = []
  for await (const piece of incoming) pieces.push(piece as Buffer)
  const { authorization, cookie, 'x-forwarded-uri': uri } = incoming.headers
  if (incoming.url?.startsWith('/page')) {
    const coding = incoming.url.slice('/page/'.length)
    const pack = { gzip: gzipSync, deflate: deflateRawSync }[coding] ?? ((html: string) => html)
    const coded = coding !== '' && { 'content-encoding': coding }
    response.writeHead(200, { 'content-type': 'text/html; charset=utf-8', ...coded })
    response.end(pack('<a href="/there">there</a>'))
    return
  }
  if (incoming.url === '/moved') {
    response.writeHead(302, { location: '/there?x=y' }).end()
    return
  }
  response.writeHead(incoming.url === '/teapot' ? 418 : 200, {
    'x-own': 'kept',
    'content-type': 'text/plain',
  })
  const body = Buffer.concat(pieces).toString()
  response.end(JSON.stringify([incoming.method, incoming.url, body, authorization ?? '', cookie ?? '', uri]))
}

/** A backend that says what it was asked, behind a pod and a service, and an API server on a port. */
async function setUp(t: TestContext): Promise<number> {
  const backend = createServer((incoming, response) => void answer(incoming, response))
  backend.listen(0, address)
  await once(backend, 'listening')
  t.after(() => backend.close())
  const { port } = backend.address() as { port: number }
  const parts = { addressTypes: ['InternalIP'], clock: realClock, credentials: async () => ({}) }
  const api = await TestApi.start({ subresources: proxySubresources(parts) })
  await fill(api, port)
  const listener = await listen({
    address: '127.0.0.1',
    port: 0,
    handler: (incoming) => api.server.handle(incoming),
    upgrade: (incoming, socket, head) => api.server.upgrade(incoming, socket, head),
    clock: realClock,
    log: silent,
  })
  t.after(() => listener.close(0))
  return listener.port
}

async function fill(api: TestApi, port: number): Promise<void> {
  const containers = [{ name: 'c', image: 'i', ports: [{ containerPort: port }] }]
  const pod = await api.ok('POST', pods, { metadata: { name: 'web' }, spec: { nodeName: 'n', containers } })
  const status = { podIP: address, podIPs: [{ ip: address }] }
  await api.ok('PUT', `${pods}/web/status`, { ...pod, status })
  const ports = [{ name: 'http', port: 80 }]
  await api.ok('POST', services, { metadata: { name: 'web' }, spec: { ports } })
  await api.ok('POST', services, { metadata: { name: 'empty' }, spec: { ports } })
  const two = [...ports, { name: 'other', port: 81 }]
  await api.ok('POST', services, { metadata: { name: 'two' }, spec: { ports: two } })
  const subsets = [{ addresses: [{ ip: address }], ports: [{ name: 'http', port }] }]
  for (const name of ['web', 'two']) {
    await api.ok('POST', '/api/v1/namespaces/default/endpoints', { metadata: { name }, subsets })
  }
}

interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string | string[] | undefined>>
  readonly text: string
}

const framing = (body: string) => (body === '' ? {} : { 'content-length': String(body.length) })

function ask(port: number, method: string, path: string, body = '', headers = {}): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const asked = request({ port, method, path, headers: { ...framing(body), ...headers } }, (response) => {
      let text = ''
      response.on('data', (piece: Buffer) => (text += piece.toString()))
      response.on('end', () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }))
    })
    asked.on('error', reject)
    asked.end(body)
  })
}

const told = ({ text }: Reply) => JSON.parse(text) as string[]
const skip = address === undefined ? 'this machine has no address but its loopback' : false

test('every method goes through, with its path, query and body', { skip }, async (t) => {
  const port = await setUp(t)
  for (const method of ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']) {
    for (const target of [
      `${pods}/web`,
      `${services}/web`,
      `${services}/web:80`,
      `${services}/http:web:http`,
    ]) {
      const path = `${target}/proxy/a/b%2Fc/?x=1&y=%20z`
      const body = method === 'GET' ? '' : 'text'
      const reply = await ask(port, method, path, body)
      assert.equal(reply.status, 200, `${method} ${path} ${reply.text}`)
      assert.deepEqual(told(reply).slice(0, 3), [method, '/a/b%2Fc/?x=1&y=%20z', body])
      assert.equal(reply.headers['x-own'], 'kept')
    }
  }
  const head = await ask(port, 'HEAD', `${pods}/web/proxy/a`)
  assert.deepEqual([head.status, head.text, head.headers['x-own']], [200, '', 'kept'])
})

test('a port of the path comes before the pod`s own', { skip }, async (t) => {
  const port = await setUp(t)
  const wrong = await ask(port, 'GET', `${pods}/web:1/proxy/`)
  assert.deepEqual([wrong.status, /connection refused/.test(wrong.text)], [503, true])
  assert.equal((await ask(port, 'GET', `${pods}/ftp:web:1/proxy/`)).status, 400)
  assert.equal((await ask(port, 'GET', `${pods}/web:0/proxy/`)).status, 400)
})

test('answers come as they are: statuses, and redirects as paths of ours', { skip }, async (t) => {
  const port = await setUp(t)
  assert.equal((await ask(port, 'GET', `${services}/web/proxy/teapot`)).status, 418)
  const moved = await ask(port, 'GET', `${services}/web/proxy/moved`)
  assert.deepEqual([moved.status, moved.headers.location], [302, `${services}/web/proxy/there?x=y`])
  const slash = await ask(port, 'GET', `${services}/web/proxy?x=y`)
  assert.deepEqual([slash.status, slash.headers.location], [301, `${services}/web/proxy/?x=y`])
  const posted = await ask(port, 'POST', `${services}/web/proxy?x=y`, 'b')
  assert.deepEqual(told(posted).slice(0, 3), ['POST', '/?x=y', 'b'])
})

test('the backend does not see the credentials, but where the request was sent', { skip }, async (t) => {
  const port = await setUp(t)
  const headers = { authorization: 'Basic c2VjcmV0', cookie: 'a=b', 'impersonate-user': 'someone' }
  const reply = await ask(port, 'GET', `${pods}/web/proxy/x?y=z`, '', headers)
  assert.deepEqual(told(reply).slice(3), ['', 'a=b', `${pods}/web/proxy/x`])
})

test('what cannot be reached is told', { skip }, async (t) => {
  const port = await setUp(t)
  const message = async (path: string) => {
    const { status, text } = await ask(port, 'GET', path)
    return [status, (JSON.parse(text) as { message: string }).message]
  }
  assert.deepEqual(await message(`${services}/empty/proxy/`), [404, 'endpoints "empty" not found'])
  assert.deepEqual(await message(`${services}/two/proxy/`), [
    503,
    'no service port "" found for service "two"',
  ])
  assert.deepEqual(await message(`${services}/two:other/proxy/`), [
    503,
    'no endpoints available for service "two"',
  ])
  assert.deepEqual(await message(`${services}/none/proxy/`), [404, 'services "none" not found'])
  assert.deepEqual(await message(`${pods}/none/proxy/`), [404, 'pods "none" not found'])
})

test('links of pages lead through us, however the page is coded', { skip }, async (t) => {
  const port = await setUp(t)
  for (const coding of ['', 'gzip', 'deflate']) {
    const answer = await fetch(`http://127.0.0.1:${port}${services}/web/proxy/page/${coding}`)
    assert.equal(await answer.text(), `<a href="${services}/web/proxy/there">there</a>`, coding)
  }
  const unknown = await ask(port, 'GET', `${services}/web/proxy/page/other`)
  assert.equal(unknown.text, '<a href="/there">there</a>')
})
