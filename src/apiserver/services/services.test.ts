import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Service } from '#kinds/gen/core-v1'
import { openMemoryStore, type Store } from '#store'
import { TestApi } from '#testkit/api-server'
import { settled, VirtualClock } from '#testkit/virtual-clock'
import { repairEveryMs } from './repair.ts'

const services = '/api/v1/namespaces/default/services'
const addresses = '/apis/networking.k8s.io/v1/ipaddresses'
const merge = { headers: { 'content-type': 'application/merge-patch+json' } }

const start = (cidrs = ['10.0.0.0/24'], parts: { store?: Store; clock?: VirtualClock } = {}) =>
  TestApi.start({ ...parts, options: { services: { cidrs, nodePorts: { first: 30_000, last: 30_003 } } } })

const make = (api: TestApi, name: string, spec: object = {}) =>
  api.ok<Service>('POST', services, { metadata: { name }, spec: { ports: [{ port: 80 }], ...spec } })
const refusal = async (api: TestApi, spec: object) => {
  const { status, json } = await api.call('POST', services, {
    metadata: { name: 'x' },
    spec: { ports: [{ port: 80 }], ...spec },
  })
  return `${status} ${(json as { message: string }).message}`
}
const taken = async (api: TestApi) =>
  (await api.list(addresses)).items.map(({ metadata }) => metadata.name as string)

test('a service gets an address that no other has, with an object that says whose it is', async () => {
  const api = await start()
  const { spec, metadata } = await make(api, 'a')
  const ip = spec?.clusterIP as string
  assert.match(ip, /^10\.0\.0\.\d+$/)
  assert.deepEqual(spec?.clusterIPs, [ip])
  const address = await api.ok<object>('GET', `${addresses}/${ip}`)
  assert.deepEqual((address as { spec: object }).spec, {
    parentRef: { resource: 'services', namespace: 'default', name: metadata.name },
  })
  assert.deepEqual((address as { metadata: { labels: object } }).metadata.labels, {
    'ipaddress.kubernetes.io/ip-family': 'IPv4',
    'ipaddress.kubernetes.io/managed-by': 'ipallocator.k8s.io',
  })
})

test('every host of a range is given once, then the range is full', async () => {
  const api = await start(['10.0.0.0/29'])
  const given = await Promise.all(['a', 'b', 'c', 'd', 'e', 'f'].map((name) => make(api, name)))
  const ips = given.map(({ spec }) => spec?.clusterIP ?? '').toSorted()
  assert.deepEqual(
    ips,
    [1, 2, 3, 4, 5, 6].map((i) => `10.0.0.${i}`),
  )
  assert.equal(
    await refusal(api, {}),
    '500 Internal error occurred: failed to allocate a serviceIP: range is full',
  )
  await api.ok('DELETE', `${services}/c`)
  assert.equal((await make(api, 'again')).spec?.clusterIP, given[2]?.spec?.clusterIP)
})

/** What is asked for, and upstream's refusal. */
const refusals: readonly (readonly [spec: object, message: string])[] = [
  [
    { clusterIP: '10.0.0.7' },
    '422 Service "x" is invalid: spec.clusterIPs: Invalid value: ["10.0.0.7"]: failed to allocate IP 10.0.0.7: provided IP is already allocated',
  ],
  [
    { clusterIP: '10.9.0.1' },
    '422 Service "x" is invalid: spec.clusterIPs: Invalid value: ["10.9.0.1"]: failed to allocate IP 10.9.0.1: the provided network does not match the current range',
  ],
  [
    { clusterIP: '10.0.0.255' },
    '422 Service "x" is invalid: spec.clusterIPs: Invalid value: ["10.0.0.255"]: failed to allocate IP 10.0.0.255: the provided network does not match the current range',
  ],
  [
    { type: 'NodePort', ports: [{ port: 80, nodePort: 30_001 }] },
    '422 Service "x" is invalid: spec.ports[0].nodePort: Invalid value: 30001: provided port is already allocated',
  ],
  [
    { type: 'NodePort', ports: [{ port: 80, nodePort: 80 }] },
    '422 Service "x" is invalid: spec.ports[0].nodePort: Invalid value: 80: provided port is not in the valid range. The range of valid ports is 30000-30003',
  ],
  [
    { ipFamilyPolicy: 'RequireDualStack' },
    '422 Service "x" is invalid: spec.ipFamilyPolicy: Invalid value: "RequireDualStack": this cluster is not configured for dual-stack services',
  ],
  [
    { ipFamilies: ['IPv6'] },
    '422 Service "x" is invalid: spec.ipFamilies[0]: Invalid value: "IPv6": not configured on this cluster',
  ],
  [
    { ipFamilies: ['IPv4', 'IPv6'], ipFamilyPolicy: 'SingleStack' },
    `422 Service "x" is invalid: [spec.ipFamilyPolicy: Invalid value: "SingleStack": must be 'RequireDualStack' or 'PreferDualStack' when multiple IP families are specified, spec.ipFamilies[1]: Invalid value: "IPv6": not configured on this cluster]`,
  ],
]
for (const [spec, message] of refusals) {
  test(`refused: ${JSON.stringify(spec)}`, async () => {
    const api = await start()
    await make(api, 'a', { clusterIP: '10.0.0.7', type: 'NodePort', ports: [{ port: 80, nodePort: 30_001 }] })
    const before = await taken(api)
    assert.equal(await refusal(api, spec), message)
    assert.deepEqual(await taken(api), before, 'nothing stays taken')
  })
}

test('ports of nodes are given, kept, shared by protocols and given back', async () => {
  const api = await start()
  const both = [
    { name: 'tcp', port: 53, protocol: 'TCP' },
    { name: 'udp', port: 53, protocol: 'UDP' },
    { name: 'web', port: 80 },
  ]
  const { spec } = await make(api, 'a', { type: 'NodePort', ports: both })
  const [tcp, udp, web] = (spec?.ports ?? []).map(({ nodePort }) => nodePort)
  assert.equal(tcp, udp)
  assert.notEqual(tcp, web)
  const changed = await api.ok<Service>('PATCH', `${services}/a`, { metadata: { labels: { a: 'b' } } }, merge)
  assert.deepEqual(changed.spec?.ports, spec?.ports)
  await make(api, 'b', { type: 'NodePort', ports: both })
  assert.match(
    await refusal(api, { type: 'NodePort' }),
    /^500 .*failed to allocate a nodePort: range is full$/,
  )
  await api.ok('PATCH', `${services}/a`, { spec: { type: 'ClusterIP' } }, merge)
  assert.equal((await make(api, 'c', { type: 'NodePort', ports: both })).spec?.ports?.length, 3)
})

test('a service that needs none gets none, and gives back what it had', async () => {
  const api = await start()
  assert.equal((await make(api, 'headless', { clusterIP: 'None' })).spec?.clusterIP, 'None')
  const named = await make(api, 'named', { type: 'ExternalName', externalName: 'example.com', ports: [] })
  assert.equal(named.spec?.clusterIP, undefined)
  const { spec } = await make(api, 'a')
  assert.deepEqual(await taken(api), [spec?.clusterIP])
  const external = { type: 'ExternalName', externalName: 'example.com' }
  await api.ok('PATCH', `${services}/a`, { spec: external }, merge)
  assert.deepEqual(await taken(api), [])
  const back = await api.ok<Service>(
    'PATCH',
    `${services}/a`,
    { spec: { type: 'ClusterIP', externalName: null } },
    merge,
  )
  assert.deepEqual(await taken(api), [back.spec?.clusterIP])
})

test('with two ranges a service has one address or two, as it wants', async () => {
  const api = await start(['10.0.0.0/24', 'fd00::/112'])
  const one = await make(api, 'one')
  assert.deepEqual(one.spec?.ipFamilies, ['IPv4'])
  const six = await make(api, 'six', { ipFamilies: ['IPv6'] })
  assert.match(six.spec?.clusterIP ?? '', /^fd00::/)
  const two = await make(api, 'two', { ipFamilyPolicy: 'PreferDualStack' })
  assert.deepEqual(two.spec?.ipFamilies, ['IPv4', 'IPv6'])
  assert.equal(two.spec?.clusterIPs?.length, 2)
  const less = await api.ok<Service>(
    'PATCH',
    `${services}/two`,
    { spec: { ipFamilyPolicy: 'SingleStack' } },
    merge,
  )
  assert.deepEqual(less.spec?.clusterIPs, two.spec?.clusterIPs?.slice(0, 1))
  const more = await api.ok<Service>(
    'PATCH',
    `${services}/one`,
    { spec: { ipFamilyPolicy: 'RequireDualStack' } },
    merge,
  )
  assert.deepEqual(more.spec?.ipFamilies, ['IPv4', 'IPv6'])
  assert.equal((await taken(api)).length, 4)
})

test('a dry run takes nothing', async () => {
  const api = await start()
  const { spec } = await api.ok<Service>('POST', `${services}?dryRun=All`, {
    metadata: { name: 'a' },
    spec: { type: 'NodePort', ports: [{ port: 80 }] },
  })
  assert.match(spec?.clusterIP ?? '', /^10\.0\.0\./)
  assert.ok((spec?.ports?.[0]?.nodePort ?? 0) >= 30_000)
  assert.deepEqual(await taken(api), [])
})

test('what a server that died has left behind is put right by the next', async () => {
  const clock = new VirtualClock()
  const store = openMemoryStore({ clock })
  const api = await start(['10.0.0.0/24'], { store, clock })
  const { spec } = await make(api, 'a', { type: 'NodePort' })
  // A service that went without giving back, and one whose address was never noted.
  const orphan = (await make(api, 'gone')).spec?.clusterIP as string
  const { item } = await store.get('/registry/services/specs/default/gone')
  await store.delete('/registry/services/specs/default/gone', item?.revision ?? 0)
  await api.ok('DELETE', `${addresses}/${spec?.clusterIP}`)
  await clock.advance(60_000)
  const next = await start(['10.0.0.0/24'], { store, clock })
  await settled()
  const all = await taken(next)
  assert.deepEqual(all, [spec?.clusterIP])
  assert.ok(!all.includes(orphan))
  const port = spec?.ports?.[0]?.nodePort
  assert.match(
    await refusal(next, { type: 'NodePort', ports: [{ port: 80, nodePort: port }] }),
    /already allocated/,
  )
})

test('a port goes back when no service has had it at two looks', async () => {
  const clock = new VirtualClock()
  const store = openMemoryStore({ clock })
  const api = await start(['10.0.0.0/24'], { store, clock })
  const leaked = await make(api, 'gone', { type: 'NodePort' })
  const { item } = await store.get('/registry/services/specs/default/gone')
  await store.delete('/registry/services/specs/default/gone', item?.revision ?? 0)
  await settled()
  const port = leaked.spec?.ports?.[0]?.nodePort
  const again = { type: 'NodePort', ports: [{ port: 80, nodePort: port }] }
  await clock.advance(repairEveryMs)
  await settled()
  assert.match(await refusal(api, again), /already allocated/)
  await clock.advance(repairEveryMs)
  await settled()
  assert.equal((await make(api, 'next', again)).spec?.ports?.[0]?.nodePort, port)
})

test('servers that share a store never give one address twice', async () => {
  const clock = new VirtualClock()
  const store = openMemoryStore({ clock })
  const servers = [
    await start(['10.0.0.0/26'], { store, clock }),
    await start(['10.0.0.0/26'], { store, clock }),
  ]
  const names = Array.from({ length: 40 }, (_, i) => `s${i}`)
  const made = await Promise.all(names.map((name, i) => make(servers[i % 2] as TestApi, name)))
  assert.equal(new Set(made.map(({ spec }) => spec?.clusterIP)).size, 40)
})
