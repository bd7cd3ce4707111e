// Who is let in to a kubelet's server: certificates, tokens and what the API server says of both.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { never } from '#base/cancel'
import type { Peer } from '#base/http'
import { silent } from '#base/log'
import type { Client } from '#client'
import type { TokenReview } from '#kinds/gen/authentication-v1'
import type { SubjectAccessReview } from '#kinds/gen/authorization-v1'
import { VirtualClock } from '#testkit/virtual-clock'
import { attributesOf } from './attributes.ts'
import { createGate, type GateOptions } from './gate.ts'

/** An API server that knows one token and grants some rights. */
function apiServer(granted: readonly string[]) {
  const asked: string[] = []
  const state = { isAway: false }
  const create = async (_: unknown, object: TokenReview | SubjectAccessReview) => {
    if (state.isAway) throw new Error('no answer')
    if ('token' in object.spec) {
      asked.push(object.spec.token ?? '')
      if (object.spec.token !== 'good') return { ...object, status: { error: 'invalid bearer token' } }
      const user = { username: 'jane', uid: 'u1', groups: ['dev', 'system:authenticated'] }
      return { ...object, status: { authenticated: true, user } }
    }
    const { user, resourceAttributes } = object.spec as SubjectAccessReview['spec']
    const { verb, resource, subresource, name } = resourceAttributes ?? {}
    const question = `${user} ${verb} ${resource}/${name}/${subresource}`
    asked.push(question)
    return { ...object, status: { allowed: granted.includes(question) } }
  }
  return { asked, state, client: { create } as unknown as Client }
}

function gate(granted: readonly string[] = [], options: Partial<GateOptions> = {}) {
  const api = apiServer(granted)
  const clock = new VirtualClock()
  const reviews = { client: api.client, tokens: true }
  const own = { nodeName: 'n1', clock, log: silent, anonymousAuth: false } as const
  const enter = createGate({ ...own, authorization: 'Webhook', reviews, ...options })
  return { ...api, clock, enter }
}

const request = (headers: Record<string, string>, peer: Partial<Peer> = {}, method = 'GET') => ({
  method,
  url: '/',
  headers,
  body: async () => new Uint8Array(0),
  signal: never,
  peer: { address: '', secure: true, ...peer },
})
const bearer = (token: string) => request({ authorization: `Bearer ${token}` })

test('attributesOf() names the subresources that upstream names, the finer ones before proxy', () => {
  const of = (method: string, endpoint: string) => {
    const { verb, subresources } = attributesOf(method, endpoint)
    return `${verb} ${subresources.join(' ')}`
  }
  assert.deepEqual(
    ['stats', 'metrics', 'logs', 'checkpoint', 'pods', 'runningpods', 'healthz', 'configz', 'exec'].map(
      (one) => of('GET', one),
    ),
    [
      'get stats',
      'get metrics',
      'get log',
      'get checkpoint',
      'get pods proxy',
      'get pods proxy',
      'get healthz proxy',
      'get configz proxy',
      'get proxy',
    ],
  )
  assert.equal(of('POST', 'exec'), 'create proxy')
  assert.equal(of('HEAD', 'metrics'), ' metrics')
})

test('a token is reviewed once while the answer counts, and so is what its user may do', async () => {
  const { asked, clock, enter } = gate(['jane get nodes/n1/proxy'])
  await enter(bearer('good'), 'pods')
  await enter(bearer('good'), 'pods')
  assert.deepEqual(asked, ['good', 'jane get nodes/n1/pods', 'jane get nodes/n1/proxy'])
  await clock.advance(29_000)
  await enter(bearer('good'), 'pods')
  assert.equal(asked.length, 3)
  await clock.advance(2_000)
  await enter(bearer('good'), 'pods')
  assert.deepEqual(asked.slice(3), ['jane get nodes/n1/pods'], 'a refusal counts for 30 s')
  await clock.advance(120_000)
  await enter(bearer('good'), 'stats').catch(() => {})
  assert.equal(asked[4], 'good', 'who somebody is counts for 2 min')
})

test("a token that is nobody's, and one that cannot be reviewed, are refused", async () => {
  const { state, enter } = gate([], { anonymousAuth: true })
  await assert.rejects(enter(bearer('bad'), 'pods'), { status: 401, message: 'Unauthorized' })
  state.isAway = true
  await assert.rejects(enter(bearer('good'), 'pods'), { status: 401, message: 'Unauthorized' })
  const closed = gate(['jane get nodes/n1/pods'])
  const reviews = { client: closed.client, tokens: false }
  const off = gate([], { reviews })
  await assert.rejects(off.enter(bearer('good'), 'pods'), { status: 401 })
})

test('who may not is told by what was tried; an answer that cannot be had is another thing', async () => {
  const { state, enter } = gate()
  await assert.rejects(enter(bearer('good'), 'runningpods'), {
    status: 403,
    message: 'Forbidden (user=jane, verb=get, resource=nodes, subresource(s)=[pods proxy])\n',
  })
  state.isAway = true
  await assert.rejects(enter(bearer('good'), 'stats'), {
    status: 500,
    message: 'Authorization error (user=jane, verb=get, resource=nodes, subresource=stats)',
  })
})

test('a certificate names its user and groups; nobody at all is system:anonymous where that is allowed', async () => {
  const peer = { certificate: { commonName: 'joe', organizations: [] } }
  const { enter } = gate(['joe create nodes/n1/proxy', 'system:anonymous get nodes/n1/healthz'], {
    anonymousAuth: true,
  })
  await enter(request({}, peer, 'POST'), 'exec')
  await enter(request({}), 'healthz')
  await assert.rejects(enter(request({}), 'pods'), { status: 403 })
  await assert.rejects(gate().enter(request({}), 'healthz'), { status: 401 })
})

test('createGate() refuses to ask an API server that there is not', () => {
  assert.throws(() => gate([], { reviews: undefined }), {
    message: 'no client provided, cannot use webhook authorization',
  })
})
