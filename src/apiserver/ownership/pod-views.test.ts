// The endpoints of a pod that write one thing each: what they change, what they leave, and what is owned by it.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import { TestApi } from '#testkit/api-server'

const pods = '/api/v1/namespaces/default/pods'
const merge = { headers: { 'content-type': 'application/strategic-merge-patch+json' } }

async function withPod(): Promise<TestApi> {
  const api = await TestApi.start()
  const containers = [{ name: 'c', image: 'i', resources: { requests: { cpu: '1' } } }]
  await api.ok('POST', `${pods}?fieldManager=author`, {
    metadata: { name: 'p' },
    spec: { nodeName: 'n', containers },
  })
  return api
}

/** What a manager owns through an endpoint, as written in the metadata. */
function ownedBy(pod: Pod, manager: string, subresource: string): unknown {
  const entry = pod.metadata.managedFields?.find(
    (one) => one.manager === manager && (one.subresource ?? '') === subresource,
  )
  return entry?.fieldsV1
}

const container = 'k:{"name":"c"}'

for (const method of ['PUT', 'PATCH']) {
  test(`${method} of a resize changes resources alone`, async () => {
    const api = await withPod()
    const pod = await api.ok<Pod>('GET', `${pods}/p/resize`)
    const [first] = pod.spec?.containers ?? []
    assert.ok(first)
    first.resources = { requests: { cpu: '2' } }
    first.image = 'other'
    pod.metadata.labels = { a: 'b' }
    const sent = method === 'PUT' ? pod : { metadata: pod.metadata, spec: { containers: [first] } }
    const how = method === 'PUT' ? {} : merge
    const next = await api.ok<Pod>(method, `${pods}/p/resize?fieldManager=sizer`, sent, how)
    const [resized] = next.spec?.containers ?? []
    assert.deepEqual([resized?.resources?.requests, resized?.image], [{ cpu: '2' }, 'i'])
    assert.deepEqual([next.metadata.labels, next.metadata.generation], [undefined, 2])
    assert.deepEqual(ownedBy(next, 'sizer', 'resize'), {
      'f:spec': { 'f:containers': { [container]: { 'f:resources': { 'f:requests': { 'f:cpu': {} } } } } },
    })
    const author = JSON.stringify(ownedBy(next, 'author', ''))
    assert.deepEqual([author.includes('f:image"'), author.includes('f:cpu')], [true, false])
  })

  test(`${method} of ephemeral containers adds them and nothing else`, async () => {
    const api = await withPod()
    const pod = await api.ok<Pod>('GET', `${pods}/p/ephemeralcontainers`)
    const path = `${pods}/p/ephemeralcontainers?fieldManager=visitor`
    const ephemeralContainers = [{ name: 'd', image: 'debug', targetContainerName: 'c' }]
    const spec = { ...pod.spec, hostNetwork: true, ephemeralContainers }
    const sent = method === 'PUT' ? { ...pod, spec } : { spec: { hostNetwork: true, ephemeralContainers } }
    const next = await api.ok<Pod>(method, path, sent, method === 'PUT' ? {} : merge)
    const [added] = next.spec?.ephemeralContainers ?? []
    assert.deepEqual(
      [added?.name, added?.imagePullPolicy, next.spec?.hostNetwork],
      ['d', 'Always', undefined],
    )
    const owned = ownedBy(next, 'visitor', 'ephemeralcontainers') as { 'f:spec': object }
    assert.deepEqual(Object.keys(owned['f:spec']), ['f:ephemeralContainers'])
    const gone = await api.call('PUT', path, { ...next, spec: { ...next.spec, ephemeralContainers: [] } })
    assert.equal(gone.status, 422)
    assert.match(gone.text, /existing ephemeral containers \\"d\\" may not be removed/)
  })
}

test('these endpoints neither make nor delete pods', async () => {
  const api = await withPod()
  for (const view of ['resize', 'ephemeralcontainers']) {
    assert.equal((await api.call('POST', `${pods}/p/${view}`, {})).status, 405)
    assert.equal((await api.call('DELETE', `${pods}/p/${view}`)).status, 405)
    const none = await api.call('PUT', `${pods}/none/${view}`, { metadata: { name: 'none' } })
    assert.equal(none.status, 404)
  }
})

test('who applies a resize owns the container that it names, and its resources', async () => {
  const api = await withPod()
  const sent = {
    apiVersion: 'v1',
    kind: 'Pod',
    metadata: { name: 'p' },
    spec: { containers: [{ name: 'c', image: 'other', resources: { requests: { cpu: '2' } } }] },
  }
  const how = { headers: { 'content-type': 'application/apply-patch+yaml' } }
  const next = await api.ok<Pod>('PATCH', `${pods}/p/resize?fieldManager=sizer&force=true`, sent, how)
  assert.equal(next.spec?.containers[0]?.image, 'i')
  assert.deepEqual(ownedBy(next, 'sizer', 'resize'), {
    'f:spec': {
      'f:containers': { [container]: { '.': {}, 'f:resources': { 'f:requests': { 'f:cpu': {} } } } },
    },
  })
})
