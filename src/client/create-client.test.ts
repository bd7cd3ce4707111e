import assert from 'node:assert/strict'
import { test } from 'node:test'
import { isApiError } from '#base/errors'
import type { ConfigMap } from '#kinds/gen/core-v1'
import { TestApi } from '#testkit/api-server'
import { createClient } from './create-client.ts'
import { inProcessTransport } from './in-process-transport.ts'

const configMaps = { group: '', version: 'v1', plural: 'configmaps', namespaced: true }
const named = (name: string, data: Record<string, string> = {}): ConfigMap => ({
  kind: 'ConfigMap',
  apiVersion: 'v1',
  metadata: { name, namespace: 'default' },
  data,
})

async function start() {
  const api = await TestApi.start()
  return createClient(inProcessTransport(api.server))
}

test('objects are created, read, changed, patched and deleted', async () => {
  const client = await start()
  const made = await client.create(configMaps, named('a', { x: '1' }))
  assert.equal(made.metadata.name, 'a')
  const at = { namespace: 'default' }
  assert.deepEqual((await client.get<ConfigMap>(configMaps, 'a', at)).data, { x: '1' })
  const updated = await client.update(configMaps, { ...made, data: { x: '2' } })
  assert.deepEqual(updated.data, { x: '2' })
  const patch = { data: { y: '3' } }
  const patched = await client.patch<ConfigMap>(configMaps, 'a', 'application/merge-patch+json', patch, at)
  assert.deepEqual(patched.data, { x: '2', y: '3' })
  const page = await client.list<ConfigMap>(configMaps, { ...at, fieldSelector: 'metadata.name=a' })
  assert.deepEqual(
    page.items.map(({ metadata }) => metadata.name),
    ['a'],
  )
  await client.delete(configMaps, 'a', { ...at, preconditions: { uid: made.metadata.uid ?? '' } })
  await assert.rejects(client.get(configMaps, 'a', at), (error) => isApiError(error, 'NotFound'))
})

test('a refusal carries what its Status says', async () => {
  const client = await start()
  await assert.rejects(client.create(configMaps, named('Bad_Name')), (error) => {
    assert.ok(isApiError(error, 'Invalid'))
    assert.equal(error.code, 422)
    assert.equal(error.details?.causes?.[0]?.field, 'metadata.name')
    return true
  })
})

test('a dry run writes nothing', async () => {
  const client = await start()
  await client.create(configMaps, named('a'), { dryRun: true })
  assert.equal((await client.list(configMaps)).items.length, 0)
})

test('a watch tells of changes until its signal fires', async () => {
  const client = await start()
  const stop = new AbortController()
  const { metadata } = await client.list(configMaps)
  const watch = client.watch<ConfigMap>(
    configMaps,
    { resourceVersion: metadata.resourceVersion ?? '' },
    stop.signal,
  )
  const first = watch[Symbol.asyncIterator]()
  const next = first.next()
  await client.create(configMaps, named('a'))
  const { value } = await next
  assert.equal(value?.type, 'ADDED')
  assert.equal(value?.object.metadata.name, 'a')
  const last = first.next()
  stop.abort(new Error('enough'))
  await assert.rejects(last, /enough/)
})

test('a watch from too far in the past is thrown as Expired', async () => {
  const api = await TestApi.start()
  const client = createClient(inProcessTransport(api.server))
  await client.create(configMaps, named('a'))
  const status = { kind: 'Status', reason: 'Expired', code: 410, message: 'too old resource version: 1 (5)' }
  const line = new TextEncoder().encode(`${JSON.stringify({ type: 'ERROR', object: status })}\n`)
  const old = createClient({
    ...client.transport,
    request: async () => ({ status: 200, headers: {}, body: streamOf(line) }),
  })
  const events = old.watch(configMaps, { resourceVersion: '1' }, new AbortController().signal)
  await assert.rejects(events[Symbol.asyncIterator]().next(), (error) => isApiError(error, 'Expired'))
})

test('raw() gives JSON parsed and text as it is', async () => {
  const client = await start()
  const list = (await client.raw('GET', '/api/v1/configmaps')) as { kind: string }
  assert.equal(list.kind, 'ConfigMapList')
  await assert.rejects(client.raw('GET', '/nowhere'), (error) => isApiError(error, 'NotFound'))
})

async function* streamOf(...chunks: Uint8Array[]) {
  yield* chunks
}
