// What every request passes on its way: ids, limits, time, faults, and who may ask.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import type { HttpRequest, HttpResponse } from '#base/http'
import { never } from '#base/cancel'
import { TestApi } from '#testkit/api-server'
import { settled } from '#testkit/virtual-clock'

const cms = '/api/v1/namespaces/default/configmaps'
const noBytes = new Uint8Array()

/** A promise that the test fulfils. */
function gate(): { readonly opened: Promise<void>; readonly open: () => void } {
  let open = () => {}
  const opened = new Promise<void>((resolve) => {
    open = resolve
  })
  return { opened, open: () => open() }
}

/** A request whose body comes when the gate opens. */
const slowly = (opened: Promise<void>, url = cms): HttpRequest => ({
  method: 'POST',
  url,
  headers: { 'content-type': 'application/json' },
  async body() {
    await opened
    return Buffer.from('{"metadata":{"generateName":"n-"}}')
  },
  signal: never,
  peer: { address: '127.0.0.1', secure: false },
})

test('every answer has an id; a client`s own is kept', async () => {
  const api = await TestApi.start()
  assert.match((await api.call('GET', cms)).headers['audit-id'] ?? '', /^[0-9a-f-]{36}$/)
  assert.match((await api.call('GET', `${cms}/none`)).headers['audit-id'] ?? '', /^[0-9a-f-]{36}$/)
  const own = await api.call('GET', cms, undefined, { headers: { 'audit-id': 'mine' } })
  assert.equal(own.headers['audit-id'], 'mine')
})

test('no proxy may keep an answer', async () => {
  const api = await TestApi.start()
  for (const path of [cms, `${cms}/none`, `${cms}?watch=1`]) {
    const { headers } = await api.send('GET', path)
    assert.equal(headers['cache-control'], 'no-cache, private', path)
  }
})

test('more requests at once than allowed are refused, and told when to come again', async () => {
  const api = await TestApi.start({ options: { mutatingInflightMax: 2, requestsInflightMax: 1 } })
  const { opened, open } = gate()
  const first = [api.server.handle(slowly(opened)), api.server.handle(slowly(opened))]
  await settled()
  const refused = await api.call('POST', cms, { metadata: { name: 'a' } })
  assert.equal(refused.status, 429)
  assert.equal(refused.headers['retry-after'], '1')
  assert.equal(refused.text, 'Too many requests, please try again later.\n')
  assert.equal(refused.headers['content-type'], 'text/plain; charset=utf-8')
  assert.equal((await api.call('GET', cms)).status, 200, 'reads have places of their own')
  open()
  assert.deepEqual(
    (await Promise.all(first)).map(({ status }) => status),
    [201, 201],
  )
  assert.equal((await api.call('POST', cms, { metadata: { name: 'a' } })).status, 201)
})

test('probes, and administrators of the secure port, are answered whatever is under way', async () => {
  const { opened, open } = gate()
  const routes = ['/healthz', '/version'].map((path) => ({
    path,
    handle: async () => ({ status: 200, headers: {}, body: noBytes }),
  }))
  const slow = {
    path: '/slow',
    handle: () => opened.then(() => ({ status: 200, headers: {}, body: noBytes })),
  }
  const api = await TestApi.start({ options: { requestsInflightMax: 1 }, routes: [...routes, slow] })
  const first = api.call('GET', '/slow')
  const statusOf = async (path: string) => (await api.call('GET', path)).status
  assert.equal(await statusOf('/version'), 429)
  assert.equal(await statusOf(cms), 429)
  assert.equal(await statusOf('/healthz'), 200)
  const certificate = { commonName: 'admin', organizations: ['system:masters'] }
  const peer = { address: '10.0.0.1', secure: true, certificate }
  const asked = { ...slowly(opened), method: 'GET', peer }
  assert.equal((await api.server.handle(asked)).status, 200)
  open()
  assert.equal((await first).status, 200)
  assert.equal(await statusOf('/version'), 200)
})

test('watches take no place among the reads', async () => {
  const api = await TestApi.start({ options: { requestsInflightMax: 1 } })
  await api.watch(`${cms}?watch=1`)
  await api.watch(`${cms}?watch=1`)
  assert.equal((await api.call('GET', cms)).status, 200)
})

for (const [what, method, url, afterMs] of [
  ['a write`s', 'POST', cms, 34_000],
  ['the server`s', 'GET', '/slow', 60_000],
  ['its own', 'POST', `${cms}?timeout=5s`, 5_000],
  ['no other than the server`s', 'GET', '/slow?timeout=2h', 60_000],
] as const) {
  test(`a request that takes longer than ${what} limit gets 504`, async () => {
    const { opened } = gate()
    const slow = {
      path: '/slow',
      handle: () => opened.then(() => ({ status: 200, headers: {}, body: noBytes })),
    }
    const api = await TestApi.start({ routes: [slow] })
    const answers: HttpResponse[] = []
    void api.server.handle({ ...slowly(opened, url), method }).then((one) => {
      answers.push(one)
    })
    await api.clock.advance(afterMs - 1_000)
    assert.equal(answers.length, 0)
    await api.clock.advance(1_000)
    const [answer] = answers
    assert.equal(answer?.status, 504)
    const { message, reason, details } = JSON.parse(
      Buffer.from(answer?.body as Uint8Array).toString(),
    ) as Status
    assert.deepEqual(
      { message, reason, details },
      {
        message: 'Timeout: request did not complete within requested timeout - context deadline exceeded',
        reason: 'Timeout',
        details: {},
      },
    )
  })
}

test('a timeout that cannot be read is refused', async () => {
  const api = await TestApi.start()
  const answer = await api.call('GET', `${cms}?timeout=soon`)
  assert.equal(answer.status, 400)
  assert.equal(
    (answer.json as Status).message,
    'invalid timeout specified in the request URL - time: invalid duration "soon"',
  )
})

test('a fault in the server is a 500 for its request alone', async () => {
  const api = await TestApi.start({
    routes: [
      {
        path: '/broken',
        handle() {
          throw new TypeError('no such thing')
        },
      },
    ],
  })
  const answer = await api.call('GET', '/broken')
  assert.equal(answer.status, 500)
  assert.equal((answer.json as Status).reason, 'InternalError')
  assert.equal((await api.call('GET', cms)).status, 200)
})

test('the secure port asks who it is where anonymous requests are not allowed', async () => {
  const api = await TestApi.start({ options: { anonymousAuth: false } })
  const ask = (peer: HttpRequest['peer']) =>
    api.server.handle({
      method: 'GET',
      url: cms,
      headers: {},
      body: async () => new Uint8Array(),
      signal: never,
      peer,
    })
  const secure = { address: '10.0.0.1', secure: true }
  assert.equal((await ask(secure)).status, 401)
  const certificate = { commonName: 'admin', organizations: ['system:masters'] }
  assert.equal((await ask({ ...secure, certificate })).status, 200)
  assert.equal((await ask({ address: '127.0.0.1', secure: false })).status, 200)
})

test('where only some paths are open, all others ask who it is, and no other writing of a path opens it', async () => {
  const api = await TestApi.start({ options: { anonymousPaths: ['/livez'] } })
  const ask = async (url: string) => (await api.call('GET', url, undefined, { secure: true })).status
  // There are no routes in this server: a 404 is past the question.
  assert.deepEqual(await Promise.all(['/livez', '/livez?verbose'].map(ask)), [404, 404])
  const shut = ['/livez/', '/livez/ping', '/%6Civez', '/readyz', '/', '/version', '/api', cms]
  assert.deepEqual(
    await Promise.all(shut.map(ask)),
    shut.map(() => 401),
  )
})

test('AlwaysDeny refuses every write and no read', async () => {
  const api = await TestApi.start({ options: { admission: ['AlwaysDeny'] } }).catch(() => undefined)
  assert.ok(api, 'the server starts all the same')
  const { status, json } = await api.call('POST', cms, { metadata: { name: 'a' } })
  assert.equal(status, 403)
  assert.equal(
    (json as Status).message,
    'configmaps "a" is forbidden: admission control is denying all modifications',
  )
  assert.equal((await api.call('GET', cms)).status, 200)
})
