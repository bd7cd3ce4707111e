// Reads see every write acknowledged before them, however late the store's watch is and whoever wrote.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#schema/object'
import { openMemoryStore } from '#store'
import { TestApi } from '#testkit/api-server'
import { laggingStore } from '#testkit/lagging-store'
import { VirtualClock } from '#testkit/virtual-clock'

const cms = '/api/v1/namespaces/default/configmaps'
const lagMs = 100

/** Two servers on one store, of which the second hears of everything late. */
async function twoServers(): Promise<{ quick: TestApi; late: TestApi; clock: VirtualClock }> {
  const clock = new VirtualClock()
  const store = openMemoryStore({ clock })
  const quick = await TestApi.start({ clock, store })
  const late = await TestApi.start({ clock, store: laggingStore(store, clock, lagMs) })
  return { quick, late, clock }
}

/** Lets time pass until a promise is fulfilled. */
async function inTime<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let isDone = false
  void promise.finally(() => {
    isDone = true
  })
  for (let i = 0; i < 100 && !isDone; i++) await clock.advance(lagMs)
  return promise
}

test('an object, a list and a watch hold what another server has just written', async () => {
  const { quick, late, clock } = await twoServers()
  const made = await quick.ok('POST', cms, { metadata: { name: 'a' } })
  assert.deepEqual(await inTime(clock, late.ok('GET', `${cms}/a`)), made)
  const second = await quick.ok('POST', cms, { metadata: { name: 'b' } })
  const list = await inTime(clock, late.list(cms))
  assert.equal(list.items.length, 2)
  assert.equal(list.metadata.resourceVersion, second.metadata.resourceVersion)
  await quick.ok('POST', cms, { metadata: { name: 'c' } })
  const watching = await inTime(clock, late.watch(`${cms}?watch=1`))
  assert.deepEqual(
    watching.events.map(({ object }) => object.metadata.name),
    ['a', 'b', 'c'],
  )
})

test('a list of resourceVersion 0 waits for nothing', async () => {
  const { quick, late } = await twoServers()
  await quick.ok('POST', cms, { metadata: { name: 'a' } })
  assert.equal((await late.list(`${cms}?resourceVersion=0`)).items.length, 0)
})

test('a server reads its own writes at once', async () => {
  const { late, clock } = await twoServers()
  const made = await inTime(clock, late.ok('POST', cms, { metadata: { name: 'a' } }))
  assert.deepEqual(await inTime(clock, late.ok('GET', `${cms}/a`)), made)
  await inTime(clock, late.ok('DELETE', `${cms}/a`))
  assert.equal((await inTime(clock, late.call('GET', `${cms}/a`))).status, 404)
  assert.equal((await inTime(clock, late.call('POST', cms, { metadata: { name: 'a' } }))).status, 201)
})

test('a write by a server that is behind is made on the newest state', async () => {
  const { quick, late, clock } = await twoServers()
  await quick.ok('POST', cms, { metadata: { name: 'a' }, data: { one: '1' } })
  await clock.advance(lagMs)
  await quick.ok('PUT', `${cms}/a`, { metadata: { name: 'a' }, data: { one: '1', two: '2' } })
  const mergePatch = { headers: { 'content-type': 'application/merge-patch+json' } }
  const patched = await inTime(
    clock,
    late.ok<KubeObject & { data: object }>('PATCH', `${cms}/a`, { data: { three: '3' } }, mergePatch),
  )
  assert.deepEqual(patched.data, { one: '1', two: '2', three: '3' })
})

test('a write that would change nothing in an old state is still made on the newest', async () => {
  const { quick, late, clock } = await twoServers()
  const first = await quick.ok('POST', cms, { metadata: { name: 'a' }, data: { k: 'old' } })
  await clock.advance(lagMs)
  await quick.ok('PUT', `${cms}/a`, { metadata: { name: 'a' }, data: { k: 'new' } })
  const back = await inTime(
    clock,
    late.ok<KubeObject & { data: object }>('PUT', `${cms}/a`, {
      metadata: { name: 'a' },
      data: { k: 'old' },
    }),
  )
  assert.deepEqual(back.data, { k: 'old' })
  assert.notEqual(back.metadata.resourceVersion, first.metadata.resourceVersion)
  const now = await quick.ok<KubeObject & { data: object }>('GET', `${cms}/a`)
  assert.deepEqual(now.data, { k: 'old' })
})

test('a namespace that another server has just made can be used', async () => {
  const { quick, late, clock } = await twoServers()
  await quick.ok('POST', '/api/v1/namespaces', { metadata: { name: 'new' } })
  const made = await inTime(
    clock,
    late.call('POST', '/api/v1/namespaces/new/configmaps', { metadata: { name: 'a' } }),
  )
  assert.equal(made.status, 201)
})

test('a server that is behind refuses nothing that the newest state allows', async () => {
  const { quick, late, clock } = await twoServers()
  await quick.ok('POST', cms, { metadata: { name: 'a' } })
  await clock.advance(lagMs)
  const newest = await quick.ok<KubeObject>('PUT', `${cms}/a`, {
    metadata: { name: 'a' },
    data: { k: 'new' },
  })
  const next = await inTime(clock, late.ok('PUT', `${cms}/a`, { ...newest, data: { k: 'newer' } }))
  const { resourceVersion } = next.metadata
  await quick.ok('PUT', `${cms}/a`, { ...next, data: { k: 'newest' } })
  const stale = await inTime(clock, late.call('PUT', `${cms}/a`, { ...next, data: { k: 'late' } }))
  assert.equal(stale.status, 409)
  const old = await inTime(clock, late.call('DELETE', `${cms}/a`, { preconditions: { resourceVersion } }))
  assert.equal(old.status, 409)
  const now = await quick.ok('GET', `${cms}/a`)
  await quick.ok('PUT', `${cms}/a`, { metadata: { name: 'a' }, data: { k: 'last' } })
  const last = await quick.ok('GET', `${cms}/a`)
  assert.notEqual(last.metadata.resourceVersion, now.metadata.resourceVersion)
  const preconditions = { resourceVersion: last.metadata.resourceVersion, uid: last.metadata.uid }
  assert.equal((await inTime(clock, late.call('DELETE', `${cms}/a`, { preconditions }))).status, 200)
})

test('an object that another server has deleted and made anew is not taken for the old one', async () => {
  const { quick, late, clock } = await twoServers()
  const first = await quick.ok('POST', cms, { metadata: { name: 'a' } })
  await clock.advance(lagMs)
  await quick.ok('DELETE', `${cms}/a`)
  const second = await quick.ok('POST', cms, { metadata: { name: 'a' } })
  const byUid = await inTime(
    clock,
    late.call('DELETE', `${cms}/a`, { preconditions: { uid: first.metadata.uid } }),
  )
  assert.equal(byUid.status, 409)
  assert.deepEqual(await inTime(clock, late.ok('GET', `${cms}/a`)), second)
})
