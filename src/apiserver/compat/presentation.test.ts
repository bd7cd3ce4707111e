import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestApi } from '#testkit/api-server'
import { compatPresentation } from './presentation.ts'

const cms = '/api/v1/namespaces/default/configmaps'

test('compatPresentation shows where every object and list is, with today`s bytes around it', async () => {
  const api = await TestApi.start({ presentation: compatPresentation })
  const revision = await api.store.revision()
  assert.equal(
    (await api.call('GET', '/api/v1/nodes')).text,
    `{"kind":"NodeList","apiVersion":"v1","metadata":{"selfLink":"/api/v1/nodes","resourceVersion":"${revision}"},"items":[]}\n`,
  )
  const { uid, resourceVersion, creationTimestamp } = (await api.ok('POST', cms, { metadata: { name: 'a' } }))
    .metadata
  const metadata = `"metadata":{"name":"a","namespace":"default","selfLink":"${cms}/a","uid":"${uid}","resourceVersion":"${resourceVersion}","creationTimestamp":"${creationTimestamp}"}`
  assert.equal(
    (await api.call('GET', `${cms}/a`)).text,
    `{"kind":"ConfigMap","apiVersion":"v1",${metadata}}\n`,
  )
  assert.equal(
    (await api.call('GET', cms)).text,
    `{"kind":"ConfigMapList","apiVersion":"v1","metadata":{"selfLink":"${cms}","resourceVersion":"${resourceVersion}"},"items":[{${metadata}}]}\n`,
  )
  const watching = await api.watch(`${cms}?watch=1`)
  assert.equal(watching.events[0]?.object.metadata.selfLink, `${cms}/a`)
})

test('what is stored knows nothing of it', async () => {
  const api = await TestApi.start({ presentation: compatPresentation })
  const made = await api.ok('POST', cms, { metadata: { name: 'a' } })
  assert.equal(made.metadata.selfLink, `${cms}/a`)
  await api.ok('PUT', `${cms}/a`, { ...made, data: { k: 'v' } })
  const { item } = await api.store.get('/registry/configmaps/default/a')
  assert.equal(Buffer.from(item?.value ?? []).includes('selfLink'), false)
  const lease = '/apis/coordination.k8s.io/v1/namespaces/default/leases'
  assert.equal((await api.ok('POST', lease, { metadata: { name: 'l' } })).metadata.selfLink, `${lease}/l`)
})
