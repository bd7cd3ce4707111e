// An object's life: what the server sets, what a write changes, and how an object goes.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Status } from '#base/errors'
import type { KubeObject } from '#schema/object'
import { TestApi, type WireList } from '#testkit/api-server'

const cms = '/api/v1/namespaces/default/configmaps'
const pods = '/api/v1/namespaces/default/pods'
const mergePatch = { headers: { 'content-type': 'application/merge-patch+json' } }

interface ConfigMap extends KubeObject {
  data?: Record<string, string>
}
const make = (api: TestApi, name: string, more: object = {}) =>
  api.ok<ConfigMap>('POST', cms, { metadata: { name, ...more }, data: { k: 'v' } })
const get = (api: TestApi, name: string) => api.ok<ConfigMap>('GET', `${cms}/${name}`)
const status = async (api: TestApi, name: string) => (await api.call('GET', `${cms}/${name}`)).status
const names = async (api: TestApi) => (await api.list(cms)).items.map(({ metadata }) => metadata.name)

test('what only the server may set is set by the server', async () => {
  const api = await TestApi.start()
  const { metadata } = await api.ok('POST', cms, {
    metadata: {
      name: 'a',
      uid: 'mine',
      creationTimestamp: '2001-01-01T00:00:00Z',
      deletionTimestamp: '2001-01-01T00:00:00Z',
      deletionGracePeriodSeconds: 5,
      selfLink: '/here',
      generation: 0,
    },
  })
  assert.match(metadata.uid ?? '', /^[0-9a-f-]{36}$/)
  assert.equal(metadata.creationTimestamp, '2026-01-02T03:04:05Z')
  assert.equal(metadata.namespace, 'default')
  assert.deepEqual(Object.keys(metadata), [
    'name',
    'namespace',
    'uid',
    'resourceVersion',
    'creationTimestamp',
  ])
})

test('generateName makes a name with five characters that form no words', async () => {
  const api = await TestApi.start()
  const { metadata } = await api.ok('POST', cms, { metadata: { generateName: 'job-' } })
  assert.match(metadata.name ?? '', /^job-[bcdfghjklmnpqrstvwxz2456789]{5}$/)
  assert.equal(metadata.generateName, 'job-')
})

test('the start namespaces are there from the first moment', async () => {
  const api = await TestApi.start()
  const { items } = await api.list('/api/v1/namespaces')
  assert.deepEqual(
    items.map(({ metadata }) => metadata.name),
    ['default', 'kube-node-lease', 'kube-public', 'kube-system'],
  )
})

test('a server on a store that has been used goes on with it', async () => {
  const api = await TestApi.start()
  const made = await make(api, 'a')
  await api.server.close()
  const again = await TestApi.start({ store: api.store, clock: api.clock })
  assert.deepEqual(await get(again, 'a'), made)
  assert.equal((await again.list('/api/v1/namespaces')).items.length, 4)
  assert.ok(Number((await make(again, 'b')).metadata.resourceVersion) > Number(made.metadata.resourceVersion))
})

test('a replacement that changes nothing writes nothing', async () => {
  const api = await TestApi.start()
  const made = await make(api, 'a')
  const before = await api.store.revision()
  assert.deepEqual(await api.ok('PUT', `${cms}/a`, made), made)
  assert.deepEqual(await api.ok('PATCH', `${cms}/a`, { data: { k: 'v' } }, mergePatch), made)
  assert.equal(await api.store.revision(), before)
})

test('a replacement without a resourceVersion wins over whatever there is', async () => {
  const api = await TestApi.start()
  const made = await make(api, 'a', { labels: { l: '1' } })
  const next = await api.ok<ConfigMap>('PUT', `${cms}/a`, { metadata: { name: 'a' }, data: { k: 'w' } })
  assert.deepEqual(next.data, { k: 'w' })
  assert.equal(next.metadata.labels, undefined)
  assert.equal(next.metadata.uid, made.metadata.uid)
  assert.equal(next.metadata.creationTimestamp, made.metadata.creationTimestamp)
  assert.ok(Number(next.metadata.resourceVersion) > Number(made.metadata.resourceVersion))
})

test('a replacement of what is not there makes it, for the kinds that are so', async () => {
  const api = await TestApi.start()
  const leases = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
  const made = await api.call('PUT', `${leases}/l`, { metadata: { name: 'l' } })
  assert.equal(made.status, 201)
  assert.equal((await api.call('PUT', `${leases}/l`, made.json)).status, 200)
})

test('the three patches change what they name and nothing else', async () => {
  const api = await TestApi.start()
  await make(api, 'a', { labels: { l: '1' } })
  const patch = (type: string, body: unknown) =>
    api.ok<ConfigMap>('PATCH', `${cms}/a`, body, { headers: { 'content-type': `application/${type}` } })
  assert.deepEqual((await patch('merge-patch+json', { data: { k: null, m: '1' } })).data, { m: '1' })
  assert.deepEqual((await patch('strategic-merge-patch+json; charset=utf-8', { data: { n: '2' } })).data, {
    m: '1',
    n: '2',
  })
  const last = await patch('json-patch+json', [{ op: 'replace', path: '/data/m', value: '3' }])
  assert.deepEqual(last.data, { m: '3', n: '2' })
  assert.deepEqual(last.metadata.labels, { l: '1' })
})

test('patches without a resourceVersion that meet another write are tried again', async () => {
  const api = await TestApi.start()
  await make(api, 'a')
  await Promise.all(
    Array.from({ length: 5 }, (_, i) =>
      api.ok('PATCH', `${cms}/a`, { data: { [`k${i}`]: 'x' } }, mergePatch),
    ),
  )
  assert.deepEqual(Object.keys((await get(api, 'a')).data ?? {}), ['k', 'k0', 'k1', 'k2', 'k3', 'k4'])
})

test('a deletion answers with a Status, or with the object where upstream does', async () => {
  const api = await TestApi.start()
  const { metadata } = await make(api, 'a')
  const gone = await api.call('DELETE', `${cms}/a`)
  assert.equal(gone.status, 200)
  assert.equal(
    gone.text,
    `{"kind":"Status","apiVersion":"v1","metadata":{},"status":"Success","details":{"name":"a","kind":"configmaps","uid":"${metadata.uid}"}}\n`,
  )
  assert.equal(await status(api, 'a'), 404)
})

test('a finalizer keeps a deleted object until it is taken away', async () => {
  const api = await TestApi.start()
  const made = await make(api, 'a', { finalizers: ['kubeling.dev/hold'] })
  const deleted = await api.ok<ConfigMap>('DELETE', `${cms}/a`)
  assert.equal(deleted.metadata.deletionTimestamp, '2026-01-02T03:04:05Z')
  assert.equal(deleted.metadata.deletionGracePeriodSeconds, 0)
  assert.equal(deleted.metadata.uid, made.metadata.uid)
  await api.clock.advance(5_000)
  const again = await api.ok<ConfigMap>('DELETE', `${cms}/a`)
  assert.equal(again.metadata.deletionTimestamp, '2026-01-02T03:04:05Z', 'a second deletion changes nothing')
  const changed = await api.ok<ConfigMap>('PATCH', `${cms}/a`, { data: { k: 'w' } }, mergePatch)
  assert.deepEqual(changed.data, { k: 'w' })
  const watching = await api.watch(`${cms}?watch=1&resourceVersion=${changed.metadata.resourceVersion}`)
  await api.ok('PATCH', `${cms}/a`, { metadata: { finalizers: null } }, mergePatch)
  assert.equal(await status(api, 'a'), 404)
  await api.clock.advance(0)
  assert.equal(watching.events.at(-1)?.type, 'DELETED')
})

test('orphan and foreground deletion are left to the collector by finalizers', async () => {
  const api = await TestApi.start()
  for (const [policy, finalizer] of [
    ['Orphan', 'orphan'],
    ['Foreground', 'foregroundDeletion'],
  ]) {
    await make(api, 'a')
    const { metadata } = await api.ok('DELETE', `${cms}/a?propagationPolicy=${policy}`)
    assert.deepEqual(metadata.finalizers, [finalizer])
    await api.ok('PATCH', `${cms}/a`, { metadata: { finalizers: null } }, mergePatch)
  }
  await make(api, 'a')
  await api.ok('DELETE', `${cms}/a`, {
    kind: 'DeleteOptions',
    apiVersion: 'v1',
    propagationPolicy: 'Background',
  })
  assert.equal(await status(api, 'a'), 404)
})

test('preconditions that hold let a deletion pass', async () => {
  const api = await TestApi.start()
  const { uid, resourceVersion } = (await make(api, 'a')).metadata
  await api.ok('DELETE', `${cms}/a`, { preconditions: { uid, resourceVersion } })
  assert.equal(await status(api, 'a'), 404)
})

test('a deletion of a collection takes what the selectors choose', async () => {
  const api = await TestApi.start()
  for (const name of ['a', 'b', 'c']) await make(api, name, { labels: { name } })
  const taken = await api.ok<WireList>('DELETE', `${cms}?labelSelector=name%20in%20(a,b)`)
  assert.equal(taken.kind, 'ConfigMapList')
  assert.deepEqual(
    taken.items.map(({ metadata }) => metadata.name),
    ['a', 'b'],
  )
  assert.deepEqual(await names(api), ['c'])
  await api.ok('DELETE', `${cms}?dryRun=All`)
  assert.deepEqual(await names(api), ['c'])
  await api.ok('DELETE', cms)
  assert.deepEqual(await names(api), [])
})

test('a dry run answers as the write would, and writes nothing', async () => {
  const api = await TestApi.start()
  const made = await make(api, 'a')
  const before = await api.store.revision()
  const fresh = await api.call('POST', `${cms}?dryRun=All`, { metadata: { name: 'b' } })
  assert.equal(fresh.status, 201)
  assert.match((fresh.json as KubeObject).metadata.uid ?? '', /^[0-9a-f-]{36}$/)
  assert.equal((fresh.json as KubeObject).metadata.resourceVersion, undefined)
  assert.equal((await api.call('POST', `${cms}?dryRun=All`, { metadata: { name: 'a' } })).status, 409)
  const put = await api.ok<ConfigMap>('PUT', `${cms}/a?dryRun=All`, {
    metadata: { name: 'a' },
    data: { k: 'w' },
  })
  assert.deepEqual(put.data, { k: 'w' })
  assert.equal(put.metadata.resourceVersion, made.metadata.resourceVersion)
  await api.ok('PATCH', `${cms}/a?dryRun=All`, { data: null }, mergePatch)
  assert.equal((await api.ok<Status>('DELETE', `${cms}/a?dryRun=All`)).status, 'Success')
  assert.deepEqual(await get(api, 'a'), made)
  assert.equal(await api.store.revision(), before)
})

test('a namespace stays, terminating, until it is finalized', async () => {
  const api = await TestApi.start()
  interface Namespace extends KubeObject {
    spec: { finalizers?: string[] }
    status: { phase: string }
  }
  const made = await api.ok<Namespace>('POST', '/api/v1/namespaces', { metadata: { name: 'n' } })
  assert.deepEqual([made.spec.finalizers, made.status.phase], [['kubernetes'], 'Active'])
  assert.deepEqual(made.metadata.labels, { 'kubernetes.io/metadata.name': 'n' })
  const going = await api.ok<Namespace>('DELETE', '/api/v1/namespaces/n')
  assert.equal(going.status.phase, 'Terminating')
  assert.ok(going.metadata.deletionTimestamp)
  assert.equal(going.metadata.deletionGracePeriodSeconds, undefined)
  await api.clock.advance(5_000)
  const again = await api.ok<Namespace>('DELETE', '/api/v1/namespaces/n?propagationPolicy=Foreground')
  assert.deepEqual(again, going, 'a second deletion changes nothing')
  going.spec.finalizers = []
  await api.ok('PUT', '/api/v1/namespaces/n/finalize', going)
  assert.equal((await api.call('GET', '/api/v1/namespaces/n')).status, 404)
})

test('a namespace that nobody holds is still told to end before it goes', async () => {
  const api = await TestApi.start()
  const made = await api.ok<KubeObject & { spec?: object }>('POST', '/api/v1/namespaces', {
    metadata: { name: 'n' },
  })
  await api.ok('PUT', '/api/v1/namespaces/n/finalize', { ...made, spec: {} })
  const refused = await api.call('DELETE', '/api/v1/namespaces/n', { preconditions: { uid: 'other' } })
  assert.deepEqual(
    [refused.status, (refused.json as Status).message],
    [
      409,
      `Operation cannot be fulfilled on namespaces "n": Precondition failed: UID in precondition: other, UID in object meta: ${made.metadata.uid}`,
    ],
  )
  const going = await api.ok<KubeObject & { status: object }>('DELETE', '/api/v1/namespaces/n')
  assert.deepEqual(going.status, { phase: 'Terminating' })
  await api.ok('DELETE', '/api/v1/namespaces/n')
  assert.equal((await api.call('GET', '/api/v1/namespaces/n')).status, 404)
})

interface Pod extends KubeObject {
  spec: { nodeName?: string; containers: { name: string; image: string }[]; activeDeadlineSeconds?: number }
  status: { phase: string; conditions?: { type: string; status: string; lastTransitionTime: string }[] }
}
const pod = (name: string, spec: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'main', image: 'busybox' }], ...spec },
})

test('the status and the rest of a pod are written apart', async () => {
  const api = await TestApi.start()
  const made = await api.ok<Pod>('POST', pods, {
    ...pod('p', { nodeName: 'n' }),
    status: { phase: 'Failed' },
  })
  assert.equal(made.status.phase, 'Pending')
  assert.equal(made.metadata.generation, 1)
  const running = await api.ok<Pod>('PUT', `${pods}/p/status`, {
    ...made,
    spec: { ...made.spec, activeDeadlineSeconds: 5 },
    status: { ...made.status, phase: 'Running' },
  })
  assert.equal(running.status.phase, 'Running')
  assert.equal(running.spec.activeDeadlineSeconds, undefined)
  assert.equal(running.metadata.generation, 1)
  const spec = { ...running.spec, containers: [{ ...running.spec.containers[0], image: 'nginx' }] }
  const changed = await api.ok<Pod>('PUT', `${pods}/p`, { ...running, spec, status: { phase: 'Failed' } })
  assert.equal(changed.status.phase, 'Running')
  assert.equal(changed.spec.containers[0]?.image, 'nginx')
  assert.equal(changed.metadata.generation, 2)
})

test('a pod on a node gets its grace, which only shrinks; one without goes at once', async () => {
  const api = await TestApi.start()
  await api.ok('POST', pods, pod('free'))
  await api.ok('DELETE', `${pods}/free`)
  assert.equal((await api.call('GET', `${pods}/free`)).status, 404)

  await api.ok('POST', pods, pod('p', { nodeName: 'n' }))
  const first = await api.ok('DELETE', `${pods}/p`)
  assert.equal(first.metadata.deletionGracePeriodSeconds, 30)
  assert.equal(first.metadata.deletionTimestamp, '2026-01-02T03:04:35Z')
  await api.clock.advance(2_000)
  const longer = await api.ok('DELETE', `${pods}/p?gracePeriodSeconds=60`)
  assert.equal(longer.metadata.deletionTimestamp, '2026-01-02T03:04:35Z')
  const shorter = await api.ok('DELETE', `${pods}/p?gracePeriodSeconds=10`)
  assert.equal(shorter.metadata.deletionGracePeriodSeconds, 10)
  assert.equal(shorter.metadata.deletionTimestamp, '2026-01-02T03:04:15Z')
  await api.ok('DELETE', `${pods}/p?gracePeriodSeconds=0`)
  assert.equal((await api.call('GET', `${pods}/p`)).status, 404)
})

test('a binding puts a pod on a node', async () => {
  const api = await TestApi.start()
  await api.ok('POST', pods, pod('p'))
  const binding = {
    kind: 'Binding',
    apiVersion: 'v1',
    metadata: { name: 'p' },
    target: { kind: 'Node', name: 'n1' },
  }
  const bound = await api.call('POST', `${pods}/p/binding`, binding)
  assert.equal(bound.status, 201)
  assert.deepEqual(bound.json, {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    code: 201,
  })
  const { spec, status: now } = await api.ok<Pod>('GET', `${pods}/p`)
  assert.equal(spec.nodeName, 'n1')
  assert.deepEqual(
    now.conditions?.map(({ type, status: is }) => [type, is]),
    [['PodScheduled', 'True']],
  )
})

test('an eviction deletes a pod with its options', async () => {
  const api = await TestApi.start()
  await api.ok('POST', pods, pod('p', { nodeName: 'n' }))
  const eviction = {
    kind: 'Eviction',
    apiVersion: 'policy/v1',
    metadata: { name: 'p' },
    deleteOptions: { gracePeriodSeconds: 7 },
  }
  const evicted = await api.call('POST', `${pods}/p/eviction`, eviction)
  assert.equal(evicted.status, 201)
  assert.equal((evicted.json as Status).status, 'Success')
  const { metadata } = await api.ok('GET', `${pods}/p`)
  assert.equal(metadata.deletionGracePeriodSeconds, 7)
})

test('privileged containers are refused where the server does not allow them', async () => {
  const privileged = {
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'busybox', securityContext: { privileged: true } }] },
  }
  const strict = await TestApi.start({ options: { allowPrivileged: false } })
  const refused = await strict.call('POST', pods, privileged)
  assert.equal(refused.status, 422)
  assert.equal(
    (refused.json as Status).message,
    'Pod "p" is invalid: spec.containers[0].securityContext.privileged: Forbidden: disallowed by cluster policy',
  )
  const open = await TestApi.start({ options: { allowPrivileged: true } })
  assert.equal((await open.call('POST', pods, privileged)).status, 201)
})
