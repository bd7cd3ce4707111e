import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestApi } from '#testkit/api-server'

const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
const finalizer = 'kubernetes.io/pvc-protection'
const claim = (name: string, finalizers?: string[]) => ({
  metadata: { name, ...(finalizers && { finalizers }) },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
})

test('a new claim is held while it is in use', async () => {
  const api = await TestApi.start({ options: { admission: ['StorageObjectInUseProtection'] } })
  const made = (object: object) => api.ok<{ metadata: { finalizers?: string[] } }>('POST', claims, object)
  assert.deepEqual((await made(claim('a'))).metadata.finalizers, [finalizer])
  assert.deepEqual((await made(claim('b', ['a.b/c']))).metadata.finalizers, ['a.b/c', finalizer])
  assert.deepEqual((await made(claim('c', [finalizer]))).metadata.finalizers, [finalizer])
  assert.equal((await api.call('DELETE', `${claims}/a`)).status, 200)
  const { json } = await api.call('GET', `${claims}/a`)
  assert.ok((json as { metadata: { deletionTimestamp?: string } }).metadata.deletionTimestamp)
  const released = { metadata: { finalizers: [] } }
  await api.call('PATCH', `${claims}/a`, released, {
    headers: { 'content-type': 'application/merge-patch+json' },
  })
  assert.equal((await api.call('GET', `${claims}/a`)).status, 404)
})

test('what is not stored is not held', async () => {
  const api = await TestApi.start({ options: { admission: ['StorageObjectInUseProtection'] } })
  const { metadata } = await api.ok<{ metadata: object }>('POST', '/api/v1/namespaces', {
    metadata: { name: 'a' },
  })
  assert.equal('finalizers' in metadata, false)
})
