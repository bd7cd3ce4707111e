import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { RecordingClient } from '#testkit/recording-client'
import { VirtualClock } from '#testkit/virtual-clock'
import { ApiReader } from './api-reader.ts'

function reader() {
  const client = new RecordingClient()
  const clock = new VirtualClock()
  const put = (data: object, more: object = {}) =>
    client.put('configmaps', { metadata: { name: 'm', namespace: 'd' }, data, ...more })
  return { client, clock, put, read: new ApiReader(client, clock) }
}

test('what may change is read again, once for all who ask at the same time', async () => {
  const { client, clock, put, read } = reader()
  put({ a: '1' })
  await Promise.all([read.configMap('d', 'm'), read.configMap('d', 'm')])
  assert.deepEqual(client.calls, ['GET configmaps/d/m'])
  put({ a: '2' })
  await clock.advance(1001)
  assert.deepEqual((await read.configMap('d', 'm')).data, { a: '2' })
})

test('what is immutable is not read again while somebody asks now and then, and is forgotten after that', async () => {
  const { client, clock, put, read } = reader()
  put({ a: '1' }, { immutable: true })
  for (let minute = 0; minute < 10; minute++) {
    assert.deepEqual((await read.configMap('d', 'm')).data, { a: '1' })
    await clock.advance(60_000)
  }
  assert.equal(client.calls.length, 1)
  await clock.advance(180_001)
  put({ a: '2' })
  assert.deepEqual((await read.configMap('d', 'm')).data, { a: '2' })
})

test('what is not there is named by its noun, as upstream names it', async () => {
  const { read } = reader()
  await assert.rejects(read.configMap('d', 'none'), { message: 'configmap "none" not found' })
  await assert.rejects(read.secret('d', 'none'), { message: 'secret "none" not found' })
})

test('a token is asked for in the name of the pod', async () => {
  const { client, read } = reader()
  const asked: unknown[] = []
  client.create = async (resource, object, params) => {
    asked.push([resource.plural, object, params])
    return { ...object, status: { token: 't', expirationTimestamp: '2026-01-02T03:04:05Z' } }
  }
  const pod: Pod = {
    metadata: { name: 'p', namespace: 'd', uid: 'u' },
    spec: { containers: [], serviceAccountName: 'bot' },
  }
  assert.deepEqual(await read.token(pod, { audiences: ['a'], expirationSeconds: 600 }), {
    token: 't',
    expiresAt: Date.UTC(2026, 0, 2, 3, 4, 5),
  })
  const boundObjectRef = { kind: 'Pod', apiVersion: 'v1', name: 'p', uid: 'u' }
  const request = {
    kind: 'TokenRequest',
    apiVersion: 'authentication.k8s.io/v1',
    metadata: {},
    spec: { audiences: ['a'], expirationSeconds: 600, boundObjectRef },
  }
  assert.deepEqual(asked, [
    ['serviceaccounts', request, { namespace: 'd', subresource: 'token', name: 'bot' }],
  ])
})
