// Probes over the network, against real servers on this machine.
import assert from 'node:assert/strict'
import { once } from 'node:events'
import { createServer, type RequestListener } from 'node:http'
import { type AddressInfo, createServer as createTcpServer } from 'node:net'
import { test, type TestContext } from 'node:test'
import { Server, ServerCredentials } from '@grpc/grpc-js'
import { never } from '#base/cancel'
import { grpcProbe } from './grpc-probe.ts'
import { httpProbe } from './http-probe.ts'
import { tcpProbe } from './tcp-probe.ts'

const host = '127.0.0.1'
const fired = AbortSignal.abort(new Error('the time limit passed'))

async function serve(t: TestContext, answer: RequestListener): Promise<number> {
  const server = createServer(answer).listen(0, host)
  await once(server, 'listening')
  t.after(() => {
    server.closeAllConnections()
    server.close()
  })
  return (server.address() as AddressInfo).port
}

async function closedPort(): Promise<number> {
  const server = createTcpServer().listen(0, host)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

const get = (port: number, more: object = {}, signal = never) =>
  httpProbe({ scheme: 'http', host, port, path: '/', headers: [], ...more })(signal)

test('an answer of success or redirection is good', async (t) => {
  const port = await serve(t, ({ url = '' }, response) => {
    response.statusCode = Number(url.slice(1))
    response.end('words')
  })
  assert.deepEqual(await get(port, { path: '/200' }), { isGood: true, output: 'words' })
  assert.equal((await get(port, { path: '304' })).isGood, true)
  assert.deepEqual(await get(port, { path: '/404' }), {
    isGood: false,
    output: 'HTTP probe failed with statuscode: 404',
  })
  assert.equal((await get(port, { path: '/500' })).isGood, false)
})

test('headers are sent as they are given, host among them', async (t) => {
  const seen: Record<string, unknown>[] = []
  const port = await serve(t, ({ headers }, response) => {
    seen.push(headers)
    response.end()
  })
  await get(port)
  assert.equal(seen[0]?.['user-agent'], 'kube-probe/1.36')
  assert.equal(seen[0]?.['accept'], '*/*')
  const headers = [
    { name: 'Host', value: 'example.com' },
    { name: 'X-One', value: 'a' },
    { name: 'X-One', value: 'b' },
    { name: 'Accept', value: '' },
  ]
  await get(port, { headers })
  assert.equal(seen[1]?.['host'], 'example.com')
  assert.equal(seen[1]?.['x-one'], 'a, b')
  assert.equal(seen[1]?.['accept'], undefined)
})

test('redirections are followed on the same host, others are doubtful', async (t) => {
  const port = await serve(t, ({ url }, response) => {
    const to: Record<string, string> = {
      '/here': '/there',
      '/away': 'http://example.com/',
      '/round': '/round',
    }
    const location = to[url ?? '']
    if (location === undefined) return void response.end('done')
    response.writeHead(302, { location }).end('moved')
  })
  assert.deepEqual(await get(port, { path: '/here' }), { isGood: true, output: 'done' })
  assert.deepEqual(await get(port, { path: '/away' }), {
    isGood: true,
    isDoubtful: true,
    output: 'Probe terminated redirects, Response body: moved',
  })
  assert.match((await get(port, { path: '/round' })).output, /stopped after 10 redirects/)
})

test('who cannot be reached, or is silent, has failed', async (t) => {
  const closed = await closedPort()
  assert.deepEqual(await get(closed, { path: '/x' }), {
    isGood: false,
    output: `Get "http://${host}:${closed}/x": dial tcp ${host}:${closed}: connect: connection refused`,
  })
  const silent = await serve(t, () => {})
  assert.match((await get(silent, {}, fired)).output, /Client\.Timeout exceeded while awaiting headers/)
})

test('a connection is enough for a probe of TCP', async (t) => {
  const port = await serve(t, () => {})
  assert.deepEqual(await tcpProbe(host, port)(never), { isGood: true, output: '' })
  const closed = await closedPort()
  assert.deepEqual(await tcpProbe(host, closed)(never), {
    isGood: false,
    output: `dial tcp ${host}:${closed}: connect: connection refused`,
  })
  assert.deepEqual(await tcpProbe('192.0.2.1', 9)(fired), {
    isGood: false,
    output: 'dial tcp 192.0.2.1:9: i/o timeout',
  })
})

/** A health service that says what its services are: 1 is SERVING, 2 is not. */
async function health(t: TestContext, statusOf: Readonly<Record<string, number>>): Promise<number> {
  const server = new Server()
  const path = '/grpc.health.v1.Health/Check'
  const check = {
    path,
    requestStream: false,
    responseStream: false,
    requestSerialize: (one: Buffer) => one,
    requestDeserialize: (one: Buffer) => one,
    responseSerialize: (one: Buffer) => one,
    responseDeserialize: (one: Buffer) => one,
  } as const
  server.addService(
    { check },
    {
      check({ request }: { request: Buffer }, done: (error: null, answer: Buffer) => void) {
        done(null, Buffer.from([8, statusOf[request.subarray(2).toString()] ?? 3]))
      },
    },
  )
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync(`${host}:0`, ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    )
  })
  t.after(() => server.forceShutdown())
  return port
}

test('a health service must say that it serves', async (t) => {
  const port = await health(t, { '': 1, bad: 2 })
  const ask = (service: string) => grpcProbe(host, port, service, 1)(never)
  assert.deepEqual(await ask(''), { isGood: true, output: 'service healthy' })
  assert.equal((await ask('bad')).output, 'service unhealthy (responded with "NOT_SERVING")')
  assert.equal((await ask('none')).output, 'service unhealthy (responded with "SERVICE_UNKNOWN")')
  const closed = await closedPort()
  assert.equal(
    (await grpcProbe(host, closed, '', 1)(never)).output,
    `timeout: failed to connect service "${host}:${closed}" within 1s: context deadline exceeded`,
  )
  const other = new Server()
  const plain = await new Promise<number>((resolve) => {
    other.bindAsync(`${host}:0`, ServerCredentials.createInsecure(), (_, bound) => resolve(bound))
  })
  t.after(() => other.forceShutdown())
  assert.match(
    (await grpcProbe(host, plain, '', 1)(never)).output,
    /^error: this server does not implement the grpc health protocol \(grpc\.health\.v1\.Health\)/,
  )
})
