// How fast events may come, by each of the four limits, over both of their paths.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import { TestApi } from '#testkit/api-server'
import { readTokenFile } from '../../chain/token-file.ts'
import type { EventLimit } from './settings.ts'

const path = (namespace: string) => `/api/v1/namespaces/${namespace}/events`

async function start(...eventLimits: EventLimit[]) {
  const api = await TestApi.start({
    options: { admission: ['EventRateLimit'], eventLimits },
    tokens: readTokenFile('t', 'ann,ann,1\nbob,bob,2\n'),
  })
  return {
    api,
    tell: async (namespace = 'default', component = 'c', who = 'ann') => {
      const event = {
        metadata: { generateName: 'e-' },
        involvedObject: { kind: 'Pod', namespace, name: 'p', uid: 'u', apiVersion: 'v1' },
        source: { component, host: 'h' },
      }
      const sent = {
        secure: true,
        headers: { authorization: `Bearer ${who}`, 'content-type': 'application/json' },
      }
      const { status, json } = await api.call('POST', path(namespace), event, sent)
      return status === 201 ? 'ok' : `${status} ${(json as Status).reason} ${(json as Status).message}`
    },
  }
}

const tooMany = (type: string, key: string) =>
  `429 TooManyRequests Too many requests: limit reached on type ${type} for key ${key}`

test('one limit for all: so many at once, then so many a second', async () => {
  const { api, tell } = await start({ type: 'Server', qps: 2, burst: 3 })
  const all = [await tell(), await tell('kube-system'), await tell(), await tell()]
  assert.deepEqual(all, ['ok', 'ok', 'ok', tooMany('Server', '')])
  await api.clock.advance(499)
  assert.equal(await tell(), tooMany('Server', ''))
  await api.clock.advance(1)
  assert.deepEqual([await tell(), await tell()], ['ok', tooMany('Server', '')])
  await api.clock.advance(60_000)
  assert.deepEqual(
    [await tell(), await tell(), await tell(), await tell()],
    ['ok', 'ok', 'ok', tooMany('Server', '')],
  )
  assert.equal(
    (await api.call('POST', '/api/v1/namespaces/default/configmaps', { metadata: { name: 'a' } })).status,
    201,
  )
})

test('one for each namespace, user or source', async () => {
  const ofOne = { qps: 1, burst: 1 }
  const namespaces = await start({ type: 'Namespace', ...ofOne })
  assert.deepEqual(
    [await namespaces.tell(), await namespaces.tell(), await namespaces.tell('kube-system')],
    ['ok', tooMany('Namespace', 'default'), 'ok'],
  )
  const users = await start({ type: 'User', ...ofOne })
  assert.deepEqual(
    [await users.tell(), await users.tell('default', 'd'), await users.tell('default', 'c', 'bob')],
    ['ok', tooMany('User', 'ann'), 'ok'],
  )
  const sources = await start({ type: 'SourceAndObject', ...ofOne })
  assert.deepEqual(
    [await sources.tell(), await sources.tell(), await sources.tell('default', 'd')],
    ['ok', tooMany('SourceAndObject', 'chPoddefaultpuv1'), 'ok'],
  )
})

test('the newer path is no way around, and a change counts', async () => {
  const { api, tell } = await start({ type: 'SourceAndObject', qps: 1, burst: 1 })
  assert.equal(await tell(), 'ok')
  const event = {
    metadata: { name: 'e' },
    eventTime: '2026-01-01T00:00:00.000000Z',
    reportingController: 'c',
    reportingInstance: 'h',
    action: 'a',
    reason: 'r',
    type: 'Normal',
    regarding: { kind: 'Pod', namespace: 'default', name: 'p', uid: 'u', apiVersion: 'v1' },
  }
  const newer = '/apis/events.k8s.io/v1/namespaces/default/events'
  assert.equal((await api.call('POST', newer, event)).status, 429)
  await api.clock.advance(1_000)
  assert.equal(await tell(), 'ok')
  const { items } = await api.list(path('default'))
  const patch = { headers: { 'content-type': 'application/merge-patch+json' } }
  const one = `${path('default')}/${items[0]?.metadata.name}`
  assert.equal((await api.call('PATCH', one, { count: 2 }, patch)).status, 429)
  assert.equal((await api.call('DELETE', one)).status, 200)
})

test('what was not told of for longest is forgotten first', async () => {
  const { tell } = await start({ type: 'SourceAndObject', qps: 1, burst: 1, cacheSize: 2 })
  const sources = ['a', 'b', 'a', 'c', 'a', 'b']
  const said = []
  for (const one of sources) said.push((await tell('default', one)).slice(0, 3))
  assert.deepEqual(said, ['ok', 'ok', '429', 'ok', '429', 'ok'])
})
