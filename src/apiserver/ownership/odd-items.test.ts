// Owners of objects that only a careless client sends.
import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestApi } from '#testkit/api-server'

const accounts = '/api/v1/namespaces/default/serviceaccounts'
const cms = '/api/v1/namespaces/default/configmaps'
const slices = '/apis/discovery.k8s.io/v1/namespaces/default/endpointslices'

test('an item whose key has a default is told apart by it, also where items are one whole', async () => {
  const api = await TestApi.start()
  const { metadata } = await api.ok('POST', '/api/v1/namespaces/default/pods', {
    metadata: { name: 'a' },
    spec: { containers: [{ name: 'c', image: 'i' }], imagePullSecrets: [{}] },
  })
  const [owner] = metadata.managedFields as { fieldsV1: { 'f:spec': Record<string, object> } }[]
  assert.deepEqual(owner?.fieldsV1['f:spec']['f:imagePullSecrets'], { '.': {}, 'k:{"name":""}': {} })
})

test('an object in whose lists items cannot be told apart is taken, and belongs to nobody', async () => {
  const api = await TestApi.start()
  const made = await api.ok('POST', accounts, {
    metadata: { name: 'a' },
    secrets: [{ namespace: 'default' }],
  })
  assert.equal(made.metadata.managedFields, undefined)
})

test('owners that come back in another order change nothing', async () => {
  const api = await TestApi.start()
  const made = await api.ok('POST', cms, { metadata: { name: 'a' }, data: { b: '1', a: '2' } })
  const [owner] = made.metadata.managedFields as { fieldsV1: object }[]
  const turned = { 'f:data': { 'f:b': {}, 'f:a': {}, '.': {} } }
  assert.deepEqual(owner?.fieldsV1, turned)
  const sent = {
    ...made,
    metadata: { ...made.metadata, managedFields: [{ ...owner, fieldsV1: turned }] },
  }
  assert.equal((await api.call('PUT', `${cms}/a`, sent)).text, (await api.call('GET', `${cms}/a`)).text)
  assert.equal((await api.ok('GET', `${cms}/a`)).metadata.resourceVersion, made.metadata.resourceVersion)
})

test('a list that is null in JSON is the same list when it comes back', async () => {
  const api = await TestApi.start()
  const made = await api.ok('POST', slices, {
    metadata: { name: 's' },
    addressType: 'IPv4',
    endpoints: [],
    ports: null,
  })
  const again = await api.ok('PUT', `${slices}/s`, made)
  assert.deepEqual(again, made)
  assert.equal(again.metadata.generation, 1)
})
