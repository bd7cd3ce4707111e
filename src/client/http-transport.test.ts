import assert from 'node:assert/strict'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { test, type TestContext } from 'node:test'
import { never } from '#base/cancel'
import { isApiError } from '#base/errors'
import { httpTransport, type HttpTransportOptions } from './http-transport.ts'
import { readText } from './refusal.ts'
import { isTransportError } from './transport-error.ts'

type Answerer = (request: IncomingMessage, response: ServerResponse) => void

async function serve(t: TestContext, answer: Answerer, options: Partial<HttpTransportOptions> = {}) {
  const server = createServer(answer)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const transport = httpTransport({ server: `http://127.0.0.1:${port}/below`, ...options })
  t.after(() => {
    transport.close()
    server.closeAllConnections()
    server.close()
  })
  return { transport, server }
}

test('requests carry the path, the body and who asks', async (t) => {
  const { transport } = await serve(
    t,
    (request, response) => response.end(`${request.method} ${request.url} ${request.headers.authorization}`),
    { token: async () => 'secret' },
  )
  const { status, body } = await transport.request({ method: 'GET', path: '/api?x=1' }, never)
  assert.equal(status, 200)
  assert.equal(await readText(body), 'GET /below/api?x=1 Bearer secret')
})

test('a name and a password are sent when there is no token', async (t) => {
  const options = { username: 'eve', password: 'apple' }
  const { transport } = await serve(
    t,
    (request, response) => response.end(request.headers.authorization),
    options,
  )
  const { body } = await transport.request({ method: 'GET', path: '/' }, never)
  assert.equal(await readText(body), `Basic ${btoa('eve:apple')}`)
})

test('nobody at the port is a TransportError with the host', async () => {
  const transport = httpTransport({ server: 'http://127.0.0.1:1' })
  await assert.rejects(transport.request({ method: 'GET', path: '/' }, never), (error) => {
    assert.ok(isTransportError(error))
    assert.deepEqual([error.code, error.host], ['ECONNREFUSED', '127.0.0.1:1'])
    return true
  })
})

test('a signal ends a request under way, with its reason', async (t) => {
  const stop = new AbortController()
  const { transport } = await serve(t, () => stop.abort(new Error('enough')))
  await assert.rejects(transport.request({ method: 'GET', path: '/' }, stop.signal), /enough/)
})

test('an upgrade gives the connection, with what came with the answer', async (t) => {
  const { transport, server } = await serve(t, () => {})
  server.on('upgrade', (_request, socket) => {
    socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\nhello')
    socket.pipe(socket)
  })
  const { headers, socket } = await transport.upgrade(
    { method: 'GET', path: '/', headers: { upgrade: 'x' } },
    never,
  )
  assert.equal(headers['upgrade'], 'x')
  socket.end(' world')
  assert.equal(await readText(socket), 'hello world')
})

test('a refused upgrade is an ApiError with the words of the Status', async (t) => {
  const status = { kind: 'Status', reason: 'NotFound', message: 'pods "x" not found', code: 404 }
  const { transport, server } = await serve(t, () => {})
  server.on('upgrade', (_request, socket) => {
    const text = JSON.stringify(status)
    socket.end(`HTTP/1.1 404 Not Found\r\nConnection: close\r\nContent-Length: ${text.length}\r\n\r\n${text}`)
  })
  await assert.rejects(
    transport.upgrade({ method: 'GET', path: '/', headers: { upgrade: 'x' } }, never),
    (error) => isApiError(error, 'NotFound') && error.message === 'pods "x" not found',
  )
})
