// Where objects are kept, in which form, and what happens when the store is not as it should be.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import type { KubeObject } from '#schema/object'
import { openMemoryStore, type Store, StoreError, type Watcher } from '#store'
import { TestApi } from '#testkit/api-server'
import { settled, VirtualClock } from '#testkit/virtual-clock'

const inDefault = '/api/v1/namespaces/default'
const containers = [{ name: 'c', image: 'busybox' }]

const keys: readonly (readonly [key: string, path: string, body: object])[] = [
  ['/registry/pods/default/a', `${inDefault}/pods`, { spec: { containers } }],
  ['/registry/configmaps/default/a', `${inDefault}/configmaps`, {}],
  ['/registry/secrets/default/a', `${inDefault}/secrets`, {}],
  ['/registry/serviceaccounts/default/a', `${inDefault}/serviceaccounts`, {}],
  ['/registry/services/specs/default/a', `${inDefault}/services`, { spec: { ports: [{ port: 80 }] } }],
  ['/registry/services/endpoints/default/a', `${inDefault}/endpoints`, {}],
  [
    '/registry/events/default/a',
    `${inDefault}/events`,
    { involvedObject: { kind: 'Pod', namespace: 'default', name: 'a' } },
  ],
  ['/registry/minions/a', '/api/v1/nodes', {}],
  ['/registry/namespaces/a', '/api/v1/namespaces', {}],
  ['/registry/leases/default/a', '/apis/coordination.k8s.io/v1/namespaces/default/leases', {}],
]

for (const [key, path, body] of keys) {
  test(`${path} is kept at ${key}`, async () => {
    const api = await TestApi.start()
    const made = await api.ok('POST', path, { ...body, metadata: { name: 'a' } })
    const { item } = await api.store.get(key)
    const text = Buffer.from(item?.value ?? []).toString()
    assert.ok(text.endsWith('}\n'))
    const { resourceVersion, ...metadata } = made.metadata
    assert.deepEqual(JSON.parse(text), { ...made, metadata })
    assert.equal(String(item?.revision), resourceVersion)
    assert.deepEqual(Object.keys(JSON.parse(text) as object).slice(0, 3), ['kind', 'apiVersion', 'metadata'])
  })
}

test('the first part of every key can be chosen', async () => {
  const api = await TestApi.start({ options: { etcdPrefix: 'my/own' } })
  const { item } = await api.store.get('/my/own/namespaces/default')
  assert.ok(item)
})

test('an event has two faces and one place', async () => {
  const api = await TestApi.start()
  const view = '/apis/events.k8s.io/v1/namespaces/default/events'
  const watching = await api.watch(`${view}?watch=1`)
  const made = await api.ok('POST', `${inDefault}/events`, {
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' },
    reason: 'Started',
    message: 'it runs',
    count: 2,
  })
  const seen = await api.ok<KubeObject & Record<string, unknown>>('GET', `${view}/e`)
  assert.deepEqual([seen.apiVersion, seen.note, seen.deprecatedCount], ['events.k8s.io/v1', 'it runs', 2])
  assert.equal(seen.metadata.resourceVersion, made.metadata.resourceVersion)
  await api.ok('DELETE', `${view}/e`)
  assert.equal((await api.call('GET', `${inDefault}/events/e`)).status, 404)
  await settled()
  assert.deepEqual(
    watching.events.map(({ type, object }) => `${type} ${object.apiVersion}`),
    ['ADDED events.k8s.io/v1', 'DELETED events.k8s.io/v1'],
  )
})

test('events vanish an hour after their last write, and watchers are told', async () => {
  const api = await TestApi.start()
  const watching = await api.watch(`${inDefault}/events?watch=1&timeoutSeconds=9000`)
  await api.ok('POST', `${inDefault}/events`, {
    metadata: { name: 'e' },
    involvedObject: { kind: 'Pod', namespace: 'default', name: 'p' },
  })
  await api.clock.advance(3_590_000)
  assert.equal((await api.call('GET', `${inDefault}/events/e`)).status, 200)
  await api.clock.advance(60_000)
  assert.equal((await api.call('GET', `${inDefault}/events/e`)).status, 404)
  assert.deepEqual(
    watching.events.map(({ type }) => type),
    ['ADDED', 'DELETED'],
  )
})

test('a stored value that cannot be read is left out, and the rest is served', async () => {
  const clock = new VirtualClock()
  const store = openMemoryStore({ clock })
  await store.create('/registry/configmaps/default/broken', Buffer.from('no json'))
  const api = await TestApi.start({ clock, store })
  await api.ok('POST', `${inDefault}/configmaps`, { metadata: { name: 'a' } })
  await store.create('/registry/configmaps/default/odd', Buffer.from('{"kind":'))
  const { items } = await api.list(`${inDefault}/configmaps`)
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    ['a'],
  )
})

/** A store whose watches can be ended by the test. */
function breakable(store: Store): { store: Store; end: (error: StoreError) => void } {
  const open = new Set<Watcher>()
  const wrapped: Store = Object.create(store, {
    watch: {
      value: (prefix: string, revision: number, watcher: Watcher) => {
        let isOver = false
        const mine: Watcher = {
          events: (batch, at) => isOver || watcher.events(batch, at),
          progress: (at) => isOver || watcher.progress(at),
          ended(error) {
            if (isOver) return
            isOver = true
            open.delete(mine)
            watcher.ended(error)
          },
        }
        open.add(mine)
        return store.watch(prefix, revision, mine)
      },
    },
    ...Object.fromEntries(
      (
        [
          'get',
          'list',
          'create',
          'update',
          'delete',
          'compact',
          'revision',
          'health',
          'size',
          'close',
        ] as const
      ).map((name) => [name, { value: (store[name] as () => unknown).bind(store) }]),
    ),
  }) as Store
  return { store: wrapped, end: (error) => Array.from(open).forEach((one) => one.ended(error)) }
}

for (const [code, survives] of [
  ['unavailable', true],
  ['compacted', false],
] as const) {
  test(`a watch on the store that ends with "${code}" is taken up again; ${survives ? 'clients notice nothing' : 'clients start anew'}`, async () => {
    const clock = new VirtualClock()
    const memory = openMemoryStore({ clock })
    const { store, end } = breakable(memory)
    const api = await TestApi.start({ clock, store })
    await api.ok('POST', `${inDefault}/configmaps`, { metadata: { name: 'a' } })
    const watching = await api.watch(`${inDefault}/configmaps?watch=1`)
    end(new StoreError(code, 'the test said so'))
    const other = await TestApi.start({ clock, store: memory })
    await other.ok('POST', `${inDefault}/configmaps`, { metadata: { name: 'b' } })
    await clock.advance(5_000)
    assert.deepEqual(
      (await api.list(`${inDefault}/configmaps`)).items.map(({ metadata }) => metadata.name),
      ['a', 'b'],
    )
    const told = watching.events.map(({ type, object }) => `${type} ${object.metadata.name ?? object.code}`)
    assert.deepEqual(told, survives ? ['ADDED a', 'ADDED b'] : ['ADDED a', 'ERROR 410'])
    assert.equal(watching.ended, !survives)
    const again = await api.watch(`${inDefault}/configmaps?watch=1`)
    assert.equal(again.events.length, 2)
  })
}

test('a store that refuses is a refusal with a reason, and the server goes on', async () => {
  const clock = new VirtualClock()
  const memory = openMemoryStore({ clock })
  let fault: StoreError | undefined
  const store: Store = Object.create(breakable(memory).store, {
    revision: { value: () => (fault ? Promise.reject(fault) : memory.revision()) },
    create: {
      value: (key: string, value: Uint8Array) => (fault ? Promise.reject(fault) : memory.create(key, value)),
    },
  }) as Store
  const api = await TestApi.start({ clock, store })
  for (const [code, status] of [
    ['unavailable', 500],
    ['full', 500],
    ['tooLarge', 413],
  ] as const) {
    fault = new StoreError(code, 'the test said so')
    const answer = await api.call('POST', `${inDefault}/configmaps`, { metadata: { name: 'a' } })
    assert.equal(answer.status, status, code)
    assert.equal((answer.json as { kind: string }).kind, 'Status')
  }
  fault = new StoreError('unavailable', 'the test said so')
  for (const path of [`${inDefault}/configmaps`, `${inDefault}/configmaps/a`]) {
    const { status, json } = await api.call('GET', path)
    assert.deepEqual([status, (json as Status).reason], [500, 'ServerTimeout'], path)
    assert.equal((await api.call('GET', `${inDefault}/configmaps?resourceVersion=0`)).status, 200)
  }
  fault = undefined
  assert.equal((await api.call('POST', `${inDefault}/configmaps`, { metadata: { name: 'a' } })).status, 201)
})
