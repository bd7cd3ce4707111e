// Who may name owners: ann may write maps, may delete those of the namespace a, and may block one set of replicas.
import assert from 'node:assert/strict'
import { before, test } from 'node:test'
import type { Status } from '#base/errors'
import { TestApi } from '#testkit/api-server'
import { readTokenFile } from '../chain/token-file.ts'

const rbac = '/apis/rbac.authorization.k8s.io/v1'
const core = { apiGroups: [''], resources: ['configmaps'] }
const maps = (namespace: string) => `/api/v1/namespaces/${namespace}/configmaps`
let api: TestApi

before(async () => {
  api = await TestApi.start({
    options: { admission: ['OwnerReferencesPermissionEnforcement'], authorization: ['RBAC'] },
    tokens: readTokenFile('t', 'ann,ann,1\n'),
  })
  const roleRef = (name: string) => ({ apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name })
  const subjects = [{ kind: 'User', name: 'ann', apiGroup: 'rbac.authorization.k8s.io' }]
  const blocks = { apiGroups: ['apps'], resources: ['replicasets/finalizers'], resourceNames: ['mine'] }
  const rules = [
    { ...core, verbs: ['create', 'get', 'update', 'patch'] },
    { ...blocks, verbs: ['update'] },
  ]
  await api.ok('POST', `${rbac}/clusterroles`, { metadata: { name: 'writer' }, rules })
  await api.ok('POST', `${rbac}/clusterroles`, {
    metadata: { name: 'deleter' },
    rules: [{ ...core, verbs: ['delete'] }],
  })
  await api.ok('POST', `${rbac}/clusterrolebindings`, {
    metadata: { name: 'writer' },
    roleRef: roleRef('writer'),
    subjects,
  })
  await api.ok('POST', '/api/v1/namespaces', { metadata: { name: 'a' } })
  await api.ok('POST', `${rbac}/namespaces/a/rolebindings`, {
    metadata: { name: 'deleter' },
    roleRef: roleRef('deleter'),
    subjects,
  })
})

const owner = (name: string, more: object = {}) => ({
  apiVersion: 'apps/v1',
  kind: 'ReplicaSet',
  name,
  uid: name,
  ...more,
})
const blocking = { blockOwnerDeletion: true }

async function ask(method: string, url: string, ownerReferences: object[], more: object = {}, name = 'm') {
  const headers = {
    authorization: 'Bearer ann',
    'content-type': method === 'PATCH' ? 'application/merge-patch+json' : 'application/json',
  }
  const body = { metadata: { name, ownerReferences, ...more } }
  const { status, json } = await api.call(method, url, body, { secure: true, headers })
  return status < 300 ? 'ok' : `${status} ${(json as Status).message}`
}

const delSaid = `403 configmaps "m" is forbidden: cannot set an ownerRef on a resource you can't delete: , <nil>`
const blockSaid = `403 configmaps "m" is forbidden: cannot set blockOwnerDeletion if an ownerReference refers to a resource you can't set finalizers on: , <nil>`

test('a new object may have owners; blocking them takes the right to their finalizers', async () => {
  const url = maps('default')
  assert.equal(await ask('POST', url, [owner('other', blocking)]), blockSaid)
  assert.equal(
    await ask('POST', url, [owner('x', { ...blocking, kind: 'None' })]),
    '403 configmaps "m" is forbidden: cannot set blockOwnerDeletion in this case because cannot find RESTMapping for APIVersion apps/v1 Kind None: no matches for kind "None" in version "apps/v1"',
  )
  assert.equal(await ask('POST', url, [owner('other'), owner('mine', blocking)]), 'ok')
})

test('other owners take the right to delete; what says nothing new of them takes none', async () => {
  const url = `${maps('default')}/m`
  const same = [owner('other'), owner('mine', blocking)]
  assert.equal(await ask('PATCH', url, same, { labels: { a: 'b' } }), 'ok')
  assert.equal(await ask('PATCH', url, [owner('other')]), delSaid)
  assert.equal(await ask('PATCH', url, []), delSaid)
})

test('who may delete may change owners, and block no more than before', async () => {
  assert.equal(await ask('POST', maps('a'), [owner('other')]), 'ok')
  const url = `${maps('a')}/m`
  assert.equal(await ask('PATCH', url, [owner('other', blocking)]), blockSaid)
  assert.equal(await ask('PATCH', url, [owner('other'), owner('mine', blocking)]), 'ok')
  assert.equal(await ask('PATCH', url, [owner('mine', blocking)]), 'ok')
})
