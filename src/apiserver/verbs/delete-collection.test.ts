// Deleting what a list shows: by selectors, by page, at a state of the past, or not at all.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#schema/object'
import { TestApi, type WireList } from '#testkit/api-server'

const cms = '/api/v1/namespaces/default/configmaps'

async function withMaps(names: readonly string[]): Promise<TestApi> {
  const api = await TestApi.start()
  for (const name of names) {
    const side = Number(name.slice(1)) % 2 === 0 ? 'even' : 'odd'
    await api.ok('POST', cms, { metadata: { name, labels: { side } } })
  }
  return api
}

const listOf = (object: KubeObject) => object as unknown as WireList
const namesOf = (object: KubeObject) => listOf(object).items.map(({ metadata }) => metadata.name)
const left = async (api: TestApi) => namesOf(await api.ok('GET', cms))
const all = ['m1', 'm2', 'm3', 'm4', 'm5']

test('everything goes and is told', async () => {
  const api = await withMaps(all)
  const gone = await api.ok('DELETE', cms)
  assert.deepEqual([listOf(gone).kind, namesOf(gone)], ['ConfigMapList', all])
  assert.deepEqual(await left(api), [])
})

test('selectors choose', async () => {
  const api = await withMaps(all)
  assert.deepEqual(namesOf(await api.ok('DELETE', `${cms}?labelSelector=side%3Deven`)), ['m2', 'm4'])
  assert.deepEqual(namesOf(await api.ok('DELETE', `${cms}?fieldSelector=metadata.name%3Dm5`)), ['m5'])
  assert.deepEqual(await left(api), ['m1', 'm3'])
})

test('with a limit one page goes, and the answer says where the rest is', async () => {
  const api = await withMaps(all)
  const first = listOf(await api.ok('DELETE', `${cms}?limit=2`))
  assert.deepEqual([first.items.length, first.metadata.remainingItemCount], [2, 3])
  assert.deepEqual(await left(api), ['m3', 'm4', 'm5'])
  const token = encodeURIComponent(first.metadata.continue ?? '')
  const second = await api.ok('DELETE', `${cms}?limit=2&continue=${token}`)
  assert.deepEqual([namesOf(second), await left(api)], [['m3', 'm4'], ['m5']])
})

test('a state of the past chooses, what has gone since is passed over', async () => {
  const api = await withMaps(['m1', 'm2'])
  const { resourceVersion } = listOf(await api.ok('GET', cms)).metadata
  await api.ok('DELETE', `${cms}/m1`)
  await api.ok('POST', cms, { metadata: { name: 'm3' } })
  const gone = await api.ok('DELETE', `${cms}?resourceVersion=${resourceVersion}&resourceVersionMatch=Exact`)
  assert.deepEqual([namesOf(gone), await left(api)], [['m1', 'm2'], ['m3']])
})

test('a dry run and a foreign precondition leave everything', async () => {
  const api = await withMaps(['m1', 'm2'])
  await api.ok('DELETE', `${cms}?dryRun=All`)
  const refused = await api.call('DELETE', cms, { preconditions: { uid: 'other' } })
  assert.equal(refused.status, 409)
  assert.deepEqual(await left(api), ['m1', 'm2'])
})

test('what finalizers hold is marked and told as it was', async () => {
  const api = await TestApi.start()
  await api.ok('POST', cms, { metadata: { name: 'm1', finalizers: ['kubeling.dev/hold'] } })
  assert.deepEqual(namesOf(await api.ok('DELETE', cms)), ['m1'])
  const held = await api.ok('GET', `${cms}/m1`)
  assert.notEqual(held.metadata.deletionTimestamp, undefined)
})

test('there is no deleting across namespaces', async () => {
  const api = await withMaps(['m1'])
  assert.equal((await api.call('DELETE', '/api/v1/configmaps')).status, 405)
  assert.equal((await api.call('DELETE', `${cms}?limit=x`)).status, 400)
})
