// Small plugins: tolerations by default and for devices, images that are always pulled, addresses of services.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Node, Pod, PodSpec } from '#kinds/gen/core-v1'
import { TestApi } from '#testkit/api-server'

const pods = '/api/v1/namespaces/default/pods'

async function made(plugin: string, spec: object): Promise<PodSpec> {
  const api = await TestApi.start({ options: { admission: [plugin] } })
  const pod = { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x:1' }], ...spec } }
  return (await api.ok<Pod>('POST', pods, pod)).spec as PodSpec
}

const stays = (key: string, tolerationSeconds = 300) => ({
  key: `node.kubernetes.io/${key}`,
  operator: 'Exists',
  effect: 'NoExecute',
  tolerationSeconds,
})

test('a pod stays for five minutes on a node that is not well', async () => {
  const tolerationsOf = async (tolerations?: object[]) =>
    (await made('DefaultTolerationSeconds', { tolerations })).tolerations
  assert.deepEqual(await tolerationsOf(), [stays('not-ready'), stays('unreachable')])
  assert.deepEqual(await tolerationsOf([stays('not-ready', 5)]), [
    stays('not-ready', 5),
    stays('unreachable'),
  ])
  assert.deepEqual(await tolerationsOf([{ operator: 'Exists' }]), [{ operator: 'Exists' }])
  const other = { key: 'node.kubernetes.io/unreachable', operator: 'Exists', effect: 'NoSchedule' }
  assert.deepEqual(await tolerationsOf([other]), [other, stays('not-ready'), stays('unreachable')])
})

test('who asks for devices may run where they are', async () => {
  const resources = {
    limits: { 'b.com/x': '1', 'a.com/y': '1', cpu: '1', 'hugepages-2Mi': '2Mi', memory: '1Gi' },
  }
  const spec = await made('ExtendedResourceToleration', {
    containers: [{ name: 'c', image: 'x', resources }],
    tolerations: [{ key: 'b.com/x', operator: 'Exists' }],
  })
  assert.deepEqual(spec.tolerations, [
    { key: 'b.com/x', operator: 'Exists' },
    { key: 'a.com/y', operator: 'Exists' },
  ])
})

test('images are pulled anew for each container', async () => {
  const spec = await made('AlwaysPullImages', {
    initContainers: [{ name: 'i', image: 'x:1', imagePullPolicy: 'Never' }],
    volumes: [{ name: 'v', image: { reference: 'y:1', pullPolicy: 'IfNotPresent' } }],
  })
  assert.equal(spec.containers[0]?.imagePullPolicy, 'Always')
  assert.equal(spec.initContainers?.[0]?.imagePullPolicy, 'Always')
  assert.equal(spec.volumes?.[0]?.image?.pullPolicy, 'Always')
})

test('images are pulled anew for containers that are added later, too', async () => {
  const api = await TestApi.start({ options: { admission: [] } })
  const strict = await TestApi.start({ store: api.store, options: { admission: ['AlwaysPullImages'] } })
  await api.ok('POST', pods, { metadata: { name: 'p' }, spec: { containers: [{ name: 'c', image: 'x:1' }] } })
  const add = (to: TestApi, ...names: string[]) =>
    to.ok<Pod>(
      'PATCH',
      `${pods}/p/ephemeralcontainers`,
      { spec: { ephemeralContainers: names.map((name) => ({ name, image: 'x:1' })) } },
      { headers: { 'content-type': 'application/strategic-merge-patch+json' } },
    )
  await add(api, 'a')
  const { spec } = await add(strict, 'a', 'b')
  assert.deepEqual(
    spec?.ephemeralContainers?.map(({ name, imagePullPolicy }) => [name, imagePullPolicy]).sort(),
    [
      ['a', 'IfNotPresent'],
      ['b', 'Always'],
    ],
  )
  assert.equal(spec?.containers[0]?.imagePullPolicy, 'IfNotPresent')
})

test('nobody adds external addresses to a service', async () => {
  const path = '/api/v1/namespaces/default/services'
  const service = (externalIPs: string[]) => ({
    metadata: { name: 's' },
    spec: { ports: [{ port: 80 }], externalIPs },
  })
  const api = await TestApi.start({ options: { admission: ['DenyServiceExternalIPs'] } })
  const refused = await api.call('POST', path, service(['192.0.2.1']))
  assert.equal(refused.status, 403)
  assert.equal(
    (refused.json as { message: string }).message,
    'services "s" is forbidden: Use of external IPs is denied by admission control.',
  )
  assert.equal((await api.call('POST', path, service([]))).status, 201)
})

test('a new node is not ready until somebody has seen that it is', async () => {
  const api = await TestApi.start({ options: { admission: ['TaintNodesByCondition'] } })
  const taintsOf = async (name: string, taints: object[]) =>
    (await api.ok<Node>('POST', '/api/v1/nodes', { metadata: { name }, spec: { taints } })).spec?.taints
  const notReady = { key: 'node.kubernetes.io/not-ready', effect: 'NoSchedule' }
  const other = { key: 'node.kubernetes.io/not-ready', effect: 'NoExecute' }
  assert.deepEqual(await taintsOf('a', []), [notReady])
  assert.deepEqual(await taintsOf('b', [other]), [other, notReady])
  assert.deepEqual(await taintsOf('c', [notReady]), [notReady])
})
