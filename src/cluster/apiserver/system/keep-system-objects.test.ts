import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { compatPresentation } from '#apiserver'
import type { Endpoints, Service } from '#kinds/gen/core-v1'
import type { EndpointSlice } from '#kinds/gen/discovery-v1'
import { type Log, silent } from '#base/log'
import { TestApi } from '#testkit/api-server'
import { seededRandom } from '#testkit/seeded-random'
import { settled } from '#testkit/virtual-clock'
import { parseServiceRange } from '../service-range.ts'
import { keepSystemObjects } from './keep-system-objects.ts'
import type { OwnAddress } from './own-address.ts'

const own: OwnAddress = {
  address: '192.0.2.7',
  port: 6443,
  serviceRange: parseServiceRange('10.20.0.1/24'),
  clientCa: 'PEM\n',
  isRecent: true,
}
const servicePath = '/api/v1/namespaces/default/services/kubernetes'
const endpointsPath = '/api/v1/namespaces/default/endpoints/kubernetes'

const keep = (api: TestApi, what: Partial<OwnAddress> = {}, seed = 1) =>
  keepSystemObjects(
    api.server,
    { ...own, ...what },
    { clock: api.clock, random: seededRandom(seed), log: silent },
  )

async function pass(api: TestApi, ms: number): Promise<void> {
  await api.clock.advance(ms)
  for (let i = 0; i < 20; i++) await settled()
}

const addresses = async (api: TestApi) => {
  const { subsets } = (await api.ok('GET', endpointsPath)) as Endpoints
  return subsets?.flatMap((one) => one.addresses?.map(({ ip }) => `${ip}:${one.ports?.[0]?.port}`))
}

void describe('what a server keeps of itself', () => {
  it('has the service at the first address of the range, and where it leads', async () => {
    const api = await TestApi.start()
    await keep(api)
    const { metadata, spec } = (await api.ok('GET', servicePath)) as Service
    assert.deepEqual(metadata?.labels, { component: 'apiserver', provider: 'kubernetes' })
    assert.equal(spec?.clusterIP, '10.20.0.1')
    assert.deepEqual(spec?.ports, [{ name: 'https', protocol: 'TCP', port: 443, targetPort: 6443 }])
    assert.deepEqual(await addresses(api), ['192.0.2.7:6443'])
    const slice = await api.ok(
      'GET',
      '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices/kubernetes',
    )
    const { addressType, endpoints, ports, metadata: meta } = slice as unknown as EndpointSlice
    assert.equal(addressType, 'IPv4')
    assert.deepEqual(meta?.labels, { 'kubernetes.io/service-name': 'kubernetes' })
    assert.deepEqual(endpoints, [{ addresses: ['192.0.2.7'], conditions: { ready: true } }])
    assert.deepEqual(ports, [{ name: 'https', port: 6443, protocol: 'TCP' }])
  })

  it('leaves a fresh server at a resourceVersion of two digits: 112 and 110 bytes for the old empty lists', async () => {
    const api = await TestApi.start({
      presentation: compatPresentation,
      options: { compat: 'v1.3', services: { cidrs: ['10.20.0.0/24'] } },
    })
    await keep(api, { isRecent: false })
    assert.equal((await api.call('GET', '/api/v1/nodes')).text.length, 112)
    assert.equal((await api.call('GET', '/api/v1/pods')).text.length, 110)
    assert.equal((await api.list('/api/v1/pods')).metadata.resourceVersion, '12')
  })

  it('makes them again when deleted, and repairs their ports', async () => {
    const api = await TestApi.start()
    await keep(api)
    await api.ok('DELETE', servicePath)
    const found = (await api.ok('GET', endpointsPath)) as unknown as Record<string, unknown>
    await api.ok('PUT', endpointsPath, { ...found, subsets: [] })
    await pass(api, 10_000)
    assert.equal(((await api.ok('GET', servicePath)) as Service).spec?.clusterIP, '10.20.0.1')
    assert.deepEqual(await addresses(api), ['192.0.2.7:6443'])
    const service = (await api.ok('GET', servicePath)) as Service
    const ports = [{ name: 'other', port: 80 }]
    await api.ok('PUT', servicePath, { ...service, spec: { ...service.spec, ports } })
    await pass(api, 10_000)
    assert.equal(((await api.ok('GET', servicePath)) as Service).spec?.ports?.[0]?.targetPort, 6443)
  })

  it('writes nothing but its lease while all is right', async () => {
    const api = await TestApi.start()
    await keep(api)
    const before = Number((await api.list('/api/v1/pods')).metadata.resourceVersion)
    await pass(api, 10_000)
    assert.equal(Number((await api.list('/api/v1/pods')).metadata.resourceVersion), before + 1)
  })

  it('leads to every server that lives, and no longer to one that stopped', async () => {
    const api = await TestApi.start()
    await keep(api)
    const stop = await keep(api, { address: '192.0.2.8' }, 2)
    assert.deepEqual(await addresses(api), ['192.0.2.7:6443', '192.0.2.8:6443'])
    await keep(api, { port: 7443 }, 3)
    assert.deepEqual(await addresses(api), ['192.0.2.7:6443', '192.0.2.8:6443', '192.0.2.7:7443'])
    stop()
    for (let i = 0; i < 4; i++) await pass(api, 10_000)
    assert.deepEqual(await addresses(api), ['192.0.2.7:6443', '192.0.2.7:7443'])
  })

  it('starts although writes are refused, and says so once', async () => {
    const api = await TestApi.start({ options: { admission: ['AlwaysDeny'] } })
    const lines: string[] = []
    const log: Log = { ...silent, warn: (message) => void lines.push(message) }
    await keepSystemObjects(api.server, own, { clock: api.clock, random: seededRandom(1), log })
    const said = lines.length
    assert.ok(said > 0)
    await pass(api, 10_000)
    assert.equal(lines.length, said)
  })
})
