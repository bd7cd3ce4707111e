// Who asks, by certificate and by token, and what AlwaysDeny lets through.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import type { HttpRequest, Peer } from '#base/http'
import { never } from '#base/cancel'
import { TestApi } from '#testkit/api-server'
import { bearerToken } from './bearer-token.ts'
import { authenticate } from './authenticate.ts'
import type { User } from './filter.ts'
import { readTokenFile } from './token-file.ts'

const file = 'abc,jane,u1,"dev,ops"\n\nxyz,"doe, john",u2\nroot,admin,u3,system:masters\n'
const tokens = readTokenFile('tokens.csv', file)
const pods = '/api/v1/namespaces/default/pods'

const requestOf = (headers: Record<string, string>, peer: Partial<Peer>, url = pods): HttpRequest => ({
  method: 'GET',
  url,
  headers,
  body: async () => new Uint8Array(0),
  signal: never,
  peer: { address: '127.0.0.1', secure: true, ...peer },
})

/** Whom authentication takes the sender for. @throws ApiError Unauthorized. */
async function userOf(headers: Record<string, string>, peer: Partial<Peer> = {}, anonymous = true) {
  let user: User | undefined
  const passing = { request: requestOf(headers, peer), user: undefined } as never
  await authenticate({ anonymous, tokens })(passing, async (passed) => {
    user = passed.user
    return { status: 200, headers: {}, body: new Uint8Array(0) }
  })
  return user
}

const unauthorized = { name: 'ApiError', code: 401, message: 'Unauthorized' }

test('a token stands for its user and groups', async () => {
  const bearer = (token: string) => userOf({ authorization: `Bearer ${token}` })
  assert.deepEqual(await bearer('abc'), { name: 'jane', groups: ['dev', 'ops', 'system:authenticated'] })
  assert.deepEqual(await bearer('xyz'), { name: 'doe, john', groups: ['system:authenticated'] })
  assert.equal((await userOf({ authorization: 'bearer abc' }))?.name, 'jane')
})

test('a token that nobody has is refused, also where anybody may ask without one', async () => {
  await assert.rejects(userOf({ authorization: 'Bearer nobody' }), unauthorized)
  assert.equal((await userOf({ authorization: 'Basic YTpi' }))?.name, 'system:anonymous')
  assert.equal((await userOf({ authorization: 'Bearer ' }))?.name, 'system:anonymous')
  await assert.rejects(userOf({}, {}, false), unauthorized)
})

test('a certificate counts before a token, and no token counts on the insecure port', async () => {
  const certificate = { commonName: 'ann', organizations: ['a'] }
  const user = await userOf({ authorization: 'Bearer nobody' }, { certificate })
  assert.deepEqual(user, { name: 'ann', groups: ['a', 'system:authenticated'] })
  assert.equal(
    (await userOf({ authorization: 'Bearer nobody' }, { secure: false }))?.name,
    'system:unsecured',
  )
})

test('a WebSocket may carry its token as a protocol', () => {
  const protocol = `base64url.bearer.authorization.k8s.io.${Buffer.from('abc').toString('base64url')}`
  const headers = { upgrade: 'websocket', 'sec-websocket-protocol': `v4.channel.k8s.io, ${protocol}` }
  assert.equal(bearerToken(headers), 'abc')
  assert.equal(bearerToken({ 'sec-websocket-protocol': protocol }), undefined)
})

test('a file of tokens names its fault, and not the token', () => {
  assert.throws(() => readTokenFile('/t.csv', 'hidden,jane\n'), {
    message: "token file '/t.csv' must have at least 3 columns (token, user name, user uid), found 2",
  })
})

test('AlwaysDeny refuses everybody but administrators, in upstream`s words', async () => {
  const api = await TestApi.start({ options: { authorization: ['AlwaysDeny'] }, tokens })
  const ask = async (url: string, token = 'abc') => {
    const { status, body } = await api.server.handle(requestOf({ authorization: `Bearer ${token}` }, {}, url))
    if (status === 200) return { status }
    return { status, message: (JSON.parse(Buffer.from(body as Uint8Array).toString()) as Status).message }
  }
  const inGroup = 'in API group "" in the namespace "default": Everything is forbidden.'
  assert.deepEqual(await ask(pods), {
    status: 403,
    message: `pods is forbidden: User "jane" cannot list resource "pods" ${inGroup}`,
  })
  assert.deepEqual(await ask(`${pods}/a/log`), {
    status: 403,
    message: `pods "a" is forbidden: User "jane" cannot get resource "pods/log" ${inGroup}`,
  })
  assert.deepEqual(await ask('/version'), {
    status: 403,
    message: 'forbidden: User "jane" cannot get path "/version": Everything is forbidden.',
  })
  assert.equal((await ask(pods, 'root')).status, 200)
  assert.equal((await api.call('GET', pods)).status, 200, 'the insecure port asks nobody')
})

const proxyHeaders = {
  allowedNames: ['front'],
  username: ['x-remote-user'],
  uid: ['x-remote-uid'],
  group: ['x-remote-group'],
  extraPrefixes: ['x-remote-extra-'],
}

/** Whom authentication takes a sender for that came through a proxy, and which headers go on. */
async function proxied(headers: Record<string, string>, peer: Partial<Peer>, names = proxyHeaders) {
  let seen: { user: User | undefined; headers: string[] } | undefined
  const passing = { request: requestOf(headers, peer), user: undefined } as never
  await authenticate({ anonymous: true, tokens, proxyHeaders: names })(passing, async (passed) => {
    seen = { user: passed.user, headers: Object.keys(passed.request.headers) }
    return { status: 200, headers: {}, body: new Uint8Array(0) }
  })
  return seen
}

test('a proxy says for whom it speaks, and its headers go no further', async () => {
  const headers = {
    'x-remote-user': 'ann',
    'x-remote-uid': 'u9',
    'x-remote-group': 'cn=a, ou=b\ndev',
    'x-remote-extra-example.com%2fa': 'one\ntwo',
    accept: '*/*',
  }
  assert.deepEqual(await proxied(headers, { proxy: 'front' }), {
    user: {
      name: 'ann',
      uid: 'u9',
      groups: ['cn=a, ou=b', 'dev', 'system:authenticated'],
      extra: { 'example.com/a': ['one', 'two'] },
    },
    headers: ['accept'],
  })
  const open = await proxied(
    { 'x-remote-user': 'ann' },
    { proxy: 'any' },
    { ...proxyHeaders, allowedNames: [] },
  )
  assert.equal(open?.user?.name, 'ann')
  const nobody = await proxied({ 'x-remote-user': 'system:anonymous' }, { proxy: 'front' })
  assert.deepEqual(nobody?.user?.groups, [])
})

test('others are not believed, and what they send in its headers goes no further', async () => {
  const headers = { 'x-remote-user': 'root', 'x-remote-group': 'system:masters' }
  assert.deepEqual(await proxied(headers, {}), {
    user: { name: 'system:anonymous', groups: ['system:unauthenticated'] },
    headers: [],
  })
  const certificate = { commonName: 'front', organizations: [] }
  assert.equal((await proxied(headers, { certificate }))?.user?.name, 'front')
  await assert.rejects(proxied(headers, { proxy: 'other' }), unauthorized)
  await assert.rejects(proxied({}, { proxy: 'front' }), unauthorized)
  const withToken = await proxied({ authorization: 'Bearer abc' }, { proxy: 'front' })
  assert.equal(withToken?.user?.name, 'jane')
})
