import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestApi } from '#testkit/api-server'

const classes = '/apis/scheduling.k8s.io/v1/priorityclasses'

test('a fresh server has the namespaces and the priority classes of every cluster', async () => {
  const api = await TestApi.start()
  const names = async (path: string) => (await api.list(path)).items.map(({ metadata }) => metadata.name)
  assert.deepEqual(await names('/api/v1/namespaces'), [
    'default',
    'kube-node-lease',
    'kube-public',
    'kube-system',
  ])
  const { items } = await api.list(classes)
  assert.deepEqual(
    items.map(({ metadata, ...rest }) => [metadata.name, (rest as { value?: number }).value]),
    [
      ['system-cluster-critical', 2_000_000_000],
      ['system-node-critical', 2_000_001_000],
    ],
  )
})

test('the priority classes of the system stay', async () => {
  const api = await TestApi.start({ options: { admission: ['NamespaceLifecycle'] } })
  const { status, json } = await api.call('DELETE', `${classes}/system-node-critical`)
  assert.equal(status, 403)
  assert.equal(
    (json as { message: string }).message,
    'priorityclasses.scheduling.k8s.io "system-node-critical" is forbidden: this is a system priority class and cannot be deleted',
  )
})

test('limits that nobody names get a name of their own', async () => {
  const api = await TestApi.start()
  const path = '/api/v1/namespaces/default/limitranges'
  const made = await api.ok<{ metadata: { name: string } }>('POST', path, { spec: { limits: [] } })
  assert.match(made.metadata.name, /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/)
  const prefixed = { metadata: { generateName: 'a-' }, spec: { limits: [] } }
  const generated = await api.ok<{ metadata: { name: string } }>('POST', path, prefixed)
  assert.match(generated.metadata.name, /^a-\w{5}$/)
  assert.equal((await api.call('POST', '/api/v1/namespaces/default/configmaps', {})).status, 422)
})
