import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { KubeObject } from '#schema/object'
import type { FieldSet } from '#schema/ownership/field-set'
import { pathTexts } from '#schema/ownership/path-element'
import type { ManagedFieldsEntry } from '#schema/ownership/owners'
import { TestApi } from '#testkit/api-server'
import { managerName } from './manager-name.ts'

const cms = '/api/v1/namespaces/default/configmaps'
const services = '/api/v1/namespaces/default/services'
const merge = { headers: { 'content-type': 'application/merge-patch+json' } }
const strategic = { headers: { 'content-type': 'application/strategic-merge-patch+json' } }
const applied = { headers: { 'content-type': 'application/apply-patch+yaml' } }
const note = 'kubectl.kubernetes.io/last-applied-configuration'

const owners = ({ metadata }: KubeObject) =>
  ((metadata.managedFields ?? []) as ManagedFieldsEntry[]).map((entry) => [
    entry.manager,
    entry.operation,
    entry.subresource ?? '',
    Array.from(pathTexts(entry.fieldsV1 as FieldSet), ({ text }) => text).join(' '),
  ])

const names: readonly (readonly [given: string, agent: string, name: string])[] = [
  ['me', 'curl/8.0', 'me'],
  ['', 'kubectl/v1.36.0 (linux/amd64)', 'kubectl'],
  ['', 'a b/1', 'a b'],
  ['', 'tab\there/1', 'tabhere'],
  ['', 'é'.repeat(80), 'é'.repeat(64)],
  ['', '', 'unknown'],
  ['', '/x', 'unknown'],
]
for (const [given, agent, name] of names) {
  test(`the manager of ${JSON.stringify(given)} by ${JSON.stringify(agent.slice(0, 20))}`, () => {
    assert.equal(managerName(given, agent), name)
  })
}

test('who creates owns what was sent and defaulted; the status is nobody’s by the main resource', async () => {
  const api = await TestApi.start()
  const service = {
    metadata: { name: 'a' },
    spec: { clusterIP: 'None', ports: [{ port: 80 }] },
    status: { loadBalancer: { ingress: [{ ip: '1.2.3.4' }] } },
  }
  const made = await api.ok('POST', `${services}?fieldManager=me`, service)
  const [[manager, operation, , fields] = []] = owners(made)
  assert.deepEqual([manager, operation], ['me', 'Update'])
  assert.match(
    String(fields),
    /\.spec\.sessionAffinity .*\.spec\.ports\[port=80,protocol="TCP"\]\.targetPort/,
  )
  assert.doesNotMatch(String(fields), /\.status/)
})

test('the status has owners of its own', async () => {
  const api = await TestApi.start()
  await api.ok('POST', '/api/v1/nodes?fieldManager=me', { metadata: { name: 'a', labels: { a: 'b' } } })
  const status = {
    spec: { podCIDR: '10.0.0.0/24' },
    status: { daemonEndpoints: { kubeletEndpoint: { Port: 1 } } },
  }
  const done = await api.ok('PATCH', '/api/v1/nodes/a/status?fieldManager=lb', status, strategic)
  const owner = owners(done).find(([manager]) => manager === 'lb')
  assert.deepEqual(owner, ['lb', 'Update', 'status', '.status.daemonEndpoints.kubeletEndpoint.Port'])
})

test('a write that changes nothing keeps time and revision', async () => {
  const api = await TestApi.start()
  const made = await api.ok('POST', `${cms}?fieldManager=me`, { metadata: { name: 'a' }, data: { k: 'v' } })
  await api.clock.advance(5_000)
  const again = await api.ok('PATCH', `${cms}/a?fieldManager=me`, { data: { k: 'v' } }, merge)
  assert.deepEqual(again, made)
})

test('no more than ten writers are told apart', async () => {
  const api = await TestApi.start()
  await api.ok('POST', `${cms}?fieldManager=m0`, { metadata: { name: 'a' }, data: { k0: 'v' } })
  for (let i = 1; i <= 12; i++) {
    await api.clock.advance(1_000)
    await api.ok('PATCH', `${cms}/a?fieldManager=m${i}`, { data: { [`k${i}`]: 'v' } }, merge)
  }
  const all = owners(await api.ok('GET', `${cms}/a`))
  assert.equal(all.length, 10)
  const old = all.find(([manager]) => manager === 'ancient-changes')
  assert.equal(old?.[3], '.data .data.k0 .data.k1 .data.k2 .data.k3')
})

test('a client may rewrite the owners, and wrong ones are passed over', async () => {
  const api = await TestApi.start()
  await api.ok('POST', `${cms}?fieldManager=me`, { metadata: { name: 'a' }, data: { k: 'v' } })
  const entry = { manager: 'x', operation: 'Apply', apiVersion: 'v1', fieldsType: 'FieldsV1' }
  const own = { ...entry, fieldsV1: { 'f:data': { 'f:k': {} } } }
  const done = await api.ok('PATCH', `${cms}/a?fieldManager=y`, { metadata: { managedFields: [own] } }, merge)
  assert.deepEqual(owners(done), [['x', 'Apply', '', '.data.k']])
  const wrong = { metadata: { managedFields: [{ ...own, fieldsType: 'V2' }] } }
  assert.deepEqual(owners(await api.ok('PATCH', `${cms}/a?fieldManager=y`, wrong, merge)), owners(done))
})

test('kubectl turns from applying by itself to server-side apply without conflicts', async () => {
  const api = await TestApi.start()
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v', gone: 'x' } }
  const object = {
    ...config,
    metadata: { ...config.metadata, annotations: { [note]: JSON.stringify(config) } },
  }
  await api.ok('POST', `${cms}?fieldManager=kubectl-client-side-apply`, object)
  const next = { ...config, data: { k: 'w' } }
  const refused = await api.call('PATCH', `${cms}/a?fieldManager=other`, next, applied)
  assert.equal(refused.status, 409)
  const done = await api.ok<KubeObject & { data: object }>(
    'PATCH',
    `${cms}/a?fieldManager=kubectl`,
    next,
    applied,
  )
  assert.equal(done.data['k' as never], 'w')
  const kept = JSON.parse(done.metadata.annotations?.[note] ?? '') as object
  assert.deepEqual(kept, next)
})

test('what somebody changed since kubectl applied it by itself is a conflict all the same', async () => {
  const api = await TestApi.start()
  const config = { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'a' }, data: { k: 'v', l: 'v' } }
  const object = {
    ...config,
    metadata: { ...config.metadata, annotations: { [note]: JSON.stringify(config) } },
  }
  await api.ok('POST', `${cms}?fieldManager=kubectl-client-side-apply`, object)
  await api.ok('PATCH', `${cms}/a?fieldManager=cook`, { data: { l: 'x' } }, merge)
  const next = { ...config, data: { k: 'w', l: 'w' } }
  const refused = await api.call('PATCH', `${cms}/a?fieldManager=kubectl`, next, applied)
  assert.equal(
    (refused.json as { message: string }).message,
    'Apply failed with 1 conflict: conflict with "cook" using v1: .data.l',
  )
})

test('several conflicts are told by their owners', async () => {
  const api = await TestApi.start()
  const config = (value: string) => ({
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { name: 'a', labels: { l: value } },
    data: { k: value },
  })
  await api.ok('PATCH', `${cms}/a?fieldManager=b`, config('1'), applied)
  await api.ok('PATCH', `${cms}/a?fieldManager=a`, { ...config('1'), data: { k: '1' } }, applied)
  const refused = await api.call('PATCH', `${cms}/a?fieldManager=c`, config('2'), applied)
  const lines = ['Apply failed with 4 conflicts: conflicts with "a":', '- .data.k', '- .metadata.labels.l']
  const more = ['conflicts with "b":', '- .data.k', '- .metadata.labels.l']
  assert.equal((refused.json as { message: string }).message, [...lines, ...more].join('\n'))
})

/** Configurations that are refused, and how. */
const wrong: readonly (readonly [
  what: string,
  query: string,
  config: unknown,
  code: number,
  message: string,
])[] = [
  [
    'no manager',
    '',
    { kind: 'ConfigMap', apiVersion: 'v1' },
    422,
    'PatchOptions.meta.k8s.io "" is invalid: fieldManager: Required value: is required for apply patch',
  ],
  [
    'another kind',
    '?fieldManager=m',
    { kind: 'Pod', apiVersion: 'v1' },
    400,
    'invalid object type: /v1, Kind=Pod',
  ],
  [
    'owners',
    '?fieldManager=m',
    { kind: 'ConfigMap', apiVersion: 'v1', metadata: { managedFields: [] } },
    400,
    'metadata.managedFields must be nil',
  ],
  [
    'an unknown field',
    '?fieldManager=m',
    { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, date: {} },
    500,
    'failed to create typed patch object (default/a; /v1, Kind=ConfigMap): .date: field not declared in schema',
  ],
  [
    'a wrong type',
    '?fieldManager=m',
    { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a' }, immutable: 'yes' },
    500,
    'failed to create typed patch object (default/a; /v1, Kind=ConfigMap): .immutable: expected boolean, got "yes"',
  ],
  [
    'an item twice',
    '?fieldManager=m',
    { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a', finalizers: ['a/b', 'a/b'] } },
    500,
    'failed to create typed patch object (default/a; /v1, Kind=ConfigMap): .metadata.finalizers: duplicate entries for key [="a/b"]',
  ],
  [
    'another name',
    '?fieldManager=m',
    { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'b' } },
    400,
    'the name of the object (b) does not match the name on the URL (a)',
  ],
  [
    'a uid of nothing',
    '?fieldManager=m',
    { kind: 'ConfigMap', apiVersion: 'v1', metadata: { name: 'a', uid: 'u' } },
    409,
    'Operation cannot be fulfilled on configmaps "a": uid mismatch: the provided object specified uid u, and no existing object was found',
  ],
  [
    'no object',
    '?fieldManager=m',
    '[1]',
    400,
    'error decoding patch: error unmarshaling JSON: while decoding JSON: json: cannot unmarshal array into Go value of type map[string]interface {}',
  ],
]
for (const [what, query, config, code, message] of wrong) {
  test(`an apply with ${what} is refused`, async () => {
    const api = await TestApi.start()
    const { status, json } = await api.call('PATCH', `${cms}/a${query}`, config, applied)
    assert.deepEqual([status, (json as { message: string }).message], [code, message])
  })
}

test('an item in the wrong place of a list is named by the list', async () => {
  const api = await TestApi.start()
  const pod = {
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: { name: 'a' },
    spec: { containers: [{ image: 'x' }] },
  }
  const { json } = await api.call('PATCH', '/api/v1/namespaces/default/pods/a?fieldManager=m', pod, applied)
  assert.equal(
    (json as { message: string }).message,
    'failed to create typed patch object (default/a; /v1, Kind=Pod): .spec.containers: element 0: associative list with keys has an element that omits all key fields ["name"] (and doesn\'t have default values for any key fields)',
  )
})
