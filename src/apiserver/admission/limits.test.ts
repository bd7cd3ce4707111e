// Limit ranges: what containers get by default, and what is refused in upstream's words.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { TestApi } from '#testkit/api-server'

const inDefault = '/api/v1/namespaces/default'

async function start(...limits: object[]) {
  const api = await TestApi.start({ options: { admission: ['LimitRanger'] } })
  await api.ok('POST', `${inDefault}/limitranges`, { metadata: { name: 'l' }, spec: { limits } })
  return api
}

const podOf = (resources: object, more: object = {}) => ({
  metadata: { name: 'p' },
  spec: { containers: [{ name: 'c', image: 'x', resources }], ...more },
})

test('containers get what a limit range gives by default', async () => {
  const api = await start({
    type: 'Container',
    default: { cpu: '200m', memory: '64Mi' },
    defaultRequest: { cpu: '100m' },
  })
  const init = { initContainers: [{ name: 'i', image: 'x', resources: { limits: { memory: '1Gi' } } }] }
  const { metadata, spec } = await api.ok<Pod>(
    'POST',
    `${inDefault}/pods`,
    podOf({ requests: { cpu: '150m' } }, init),
  )
  assert.deepEqual(spec?.containers[0]?.resources, {
    limits: { cpu: '200m', memory: '64Mi' },
    requests: { cpu: '150m', memory: '64Mi' },
  })
  assert.deepEqual(spec?.initContainers?.[0]?.resources, {
    limits: { cpu: '200m', memory: '1Gi' },
    requests: { cpu: '100m', memory: '1Gi' },
  })
  assert.equal(
    metadata.annotations?.['kubernetes.io/limit-ranger'],
    'LimitRanger plugin set: memory request for container c; cpu, memory limit for container c; ' +
      'cpu request for init container i; cpu limit for init container i',
  )
})

test('another namespace and full pods are left alone', async () => {
  const api = await start({ type: 'Container', default: { cpu: '200m' } })
  await api.ok('POST', '/api/v1/namespaces', { metadata: { name: 'other' } })
  const elsewhere = await api.ok<Pod>('POST', '/api/v1/namespaces/other/pods', podOf({}))
  assert.deepEqual(elsewhere.spec?.containers[0]?.resources, {})
  const full = { limits: { cpu: '1' }, requests: { cpu: '1' } }
  const { metadata } = await api.ok<Pod>('POST', `${inDefault}/pods`, podOf(full))
  assert.equal(metadata.annotations, undefined)
})

const rows: [what: string, item: object, resources: object, why: string | undefined][] = [
  ['enough', { min: { cpu: '50m' } }, { requests: { cpu: '50m' } }, undefined],
  [
    'too little',
    { min: { cpu: '50m' } },
    { requests: { cpu: '40m' } },
    'minimum cpu usage per Container is 50m, but request is 40m',
  ],
  [
    'a limit too low',
    { type: 'Pod', min: { memory: '1Gi' } },
    { requests: { memory: '1Gi' }, limits: { memory: '1Gi' } },
    undefined,
  ],
  [
    'nothing asked',
    { type: 'Pod', min: { cpu: '1' } },
    {},
    'minimum cpu usage per Pod is 1.  No request is specified',
  ],
  [
    'no limit',
    { type: 'Pod', max: { memory: '1Gi' } },
    {},
    'maximum memory usage per Pod is 1Gi.  No limit is specified',
  ],
  [
    'a limit too high',
    { max: { memory: '1Gi' } },
    { limits: { memory: '2Gi' } },
    'maximum memory usage per Container is 1Gi, but limit is 2Gi',
  ],
  [
    'both',
    { min: { cpu: '1' }, max: { memory: '1Gi' } },
    { requests: { cpu: '100m' }, limits: { memory: '2Gi' } },
    '[minimum cpu usage per Container is 1, but request is 100m, maximum memory usage per Container is 1Gi, but limit is 2Gi]',
  ],
  [
    'a ratio',
    { maxLimitRequestRatio: { cpu: '2' } },
    { requests: { cpu: '100m' }, limits: { cpu: '200m' } },
    undefined,
  ],
  [
    'a ratio too high',
    { maxLimitRequestRatio: { cpu: '2' } },
    { requests: { cpu: '100m' }, limits: { cpu: '250m' } },
    'cpu max limit to request ratio per Container is 2, but provided ratio is 2.500000',
  ],
  [
    'a ratio of nothing',
    { maxLimitRequestRatio: { cpu: '2' } },
    {},
    'cpu max limit to request ratio per Container is 2, but no request is specified or request is 0',
  ],
  [
    'a ratio without limit',
    { maxLimitRequestRatio: { cpu: '2' } },
    { requests: { cpu: '1' } },
    'cpu max limit to request ratio per Container is 2, but no limit is specified or limit is 0',
  ],
]

for (const [what, item, resources, why] of rows) {
  test(`pods under limits: ${what}`, async () => {
    const api = await start({ type: 'Container', ...item })
    const { status, json } = await api.call('POST', `${inDefault}/pods`, podOf(resources))
    if (why === undefined) return assert.equal(status, 201)
    assert.equal(status, 403)
    assert.equal((json as { message: string }).message, `pods "p" is forbidden: ${why}`)
  })
}

test('a pod is as large as all of its containers', async () => {
  const api = await start({ type: 'Pod', max: { cpu: '1' } })
  const container = (name: string) => ({ name, image: 'x', resources: { limits: { cpu: '600m' } } })
  const two = { metadata: { name: 'p' }, spec: { containers: [container('a'), container('b')] } }
  const { json } = await api.call('POST', `${inDefault}/pods`, two)
  assert.match((json as { message: string }).message, /maximum cpu usage per Pod is 1, but limit is 1200m$/)
})

test('claims keep to the bounds of storage', async () => {
  const item = { type: 'PersistentVolumeClaim', min: { storage: '1Gi' }, max: { storage: '5Gi' } }
  const api = await start(item)
  const claim = (storage: string) => ({
    metadata: { name: 'c' },
    spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage } } },
  })
  const path = `${inDefault}/persistentvolumeclaims`
  const messageOf = async (storage: string) =>
    ((await api.call('POST', path, claim(storage))).json as { message: string }).message
  assert.match(
    await messageOf('1Mi'),
    /minimum storage usage per PersistentVolumeClaim is 1Gi, but request is 1Mi$/,
  )
  assert.match(
    await messageOf('6Gi'),
    /maximum storage usage per PersistentVolumeClaim is 5Gi, but request is 6Gi$/,
  )
  assert.equal((await api.call('POST', path, claim('2Gi'))).status, 201)
})

test('a resize keeps to the bounds', async () => {
  const api = await start({ type: 'Container', max: { cpu: '1' } })
  await api.ok('POST', `${inDefault}/pods`, podOf({ limits: { cpu: '500m' } }))
  const to = (cpu: string) =>
    api.call(
      'PATCH',
      `${inDefault}/pods/p/resize`,
      { spec: { containers: [{ name: 'c', resources: { requests: { cpu }, limits: { cpu } } }] } },
      { headers: { 'content-type': 'application/strategic-merge-patch+json' } },
    )
  const refused = await to('2')
  assert.equal(
    (refused.json as { message: string }).message,
    'pods "p" is forbidden: maximum cpu usage per Container is 1, but limit is 2',
  )
  assert.equal((await to('1')).status, 200)
})
