import assert from 'node:assert/strict'
import { test } from 'node:test'
import { TestApi } from '#testkit/api-server'

const classes = '/apis/scheduling.k8s.io/v1/priorityclasses'
const pods = '/api/v1/namespaces/default/pods'
const claims = '/api/v1/namespaces/default/persistentvolumeclaims'
const merge = { headers: { 'content-type': 'application/merge-patch+json' } }

const pod = (name: string, more: object = {}) => ({
  metadata: { name },
  spec: { containers: [{ name: 'a', image: 'a' }], ...more },
})

interface Ranked {
  readonly metadata: object
  readonly spec: { priority?: number; preemptionPolicy?: string; priorityClassName?: string }
}

const messageOf = ({ json }: { json: unknown }) => (json as { message: string }).message

test('how much a pod matters follows from its class', async () => {
  const api = await TestApi.start({ options: { admission: ['Priority'] } })
  const ranked = async (name: string, more?: object) => {
    const { spec } = await api.ok<Ranked>('POST', pods, pod(name, more))
    return [spec.priorityClassName, spec.priority, spec.preemptionPolicy]
  }
  const refused = async (more: object) => messageOf(await api.call('POST', pods, pod('x', more)))
  assert.deepEqual(await ranked('a'), [undefined, 0, 'PreemptLowerPriority'])
  await api.ok('POST', classes, { metadata: { name: 'high' }, value: 5, preemptionPolicy: 'Never' })
  assert.deepEqual(await ranked('b', { priorityClassName: 'high' }), ['high', 5, 'Never'])
  assert.deepEqual(await ranked('c', { priorityClassName: 'high', priority: 5 }), ['high', 5, 'Never'])
  assert.equal(
    await refused({ priorityClassName: 'none' }),
    'pods "x" is forbidden: no PriorityClass with name none was found',
  )
  assert.equal(
    await refused({ priority: 7 }),
    'pods "x" is forbidden: the integer value of priority (7) must not be provided in pod spec; priority admission controller computed 0 from the given PriorityClass name',
  )
  assert.equal(
    await refused({ preemptionPolicy: 'Never' }),
    'pods "x" is forbidden: the string value of PreemptionPolicy (Never) must not be provided in pod spec; priority admission controller computed PreemptLowerPriority from the given PriorityClass name',
  )
  await api.ok('POST', classes, { metadata: { name: 'usual' }, value: -3, globalDefault: true })
  assert.deepEqual(await ranked('d'), ['usual', -3, 'PreemptLowerPriority'])
})

test('one class is the default', async () => {
  const api = await TestApi.start({ options: { admission: ['Priority'] } })
  const standard = (name: string) => ({ metadata: { name }, value: 1, globalDefault: true })
  await api.ok('POST', classes, standard('a'))
  const refusal =
    'priorityclasses.scheduling.k8s.io "b" is forbidden: PriorityClass a is already marked as default. Only one default can exist'
  assert.equal(messageOf(await api.call('POST', classes, standard('b'))), refusal)
  await api.ok('POST', classes, { ...standard('b'), globalDefault: false })
  assert.equal(messageOf(await api.call('PATCH', `${classes}/b`, { globalDefault: true }, merge)), refusal)
  await api.ok('PUT', `${classes}/a`, { ...standard('a'), description: 'still' })
})

test('claims grow where their class lets them', async () => {
  const api = await TestApi.start({ options: { admission: ['PersistentVolumeClaimResize'] } })
  const storage = (name: string, allowVolumeExpansion: boolean) =>
    api.ok('POST', '/apis/storage.k8s.io/v1/storageclasses', {
      metadata: { name },
      provisioner: 'a',
      allowVolumeExpansion,
    })
  await storage('rubber', true)
  await storage('stone', false)
  const bind = async (name: string, storageClassName: string) => {
    const spec = {
      accessModes: ['ReadWriteOnce'],
      resources: { requests: { storage: '1Gi' } },
      storageClassName,
    }
    await api.ok('POST', claims, { metadata: { name }, spec })
    await api.call('PATCH', `${claims}/${name}/status`, { status: { phase: 'Bound' } }, merge)
  }
  const resize = (name: string, size: string) =>
    api.call('PATCH', `${claims}/${name}`, { spec: { resources: { requests: { storage: size } } } }, merge)
  await bind('a', 'rubber')
  assert.equal((await resize('a', '2Gi')).status, 200)
  assert.equal((await resize('a', '1Gi')).status, 200)
  for (const [name, storageClassName] of [
    ['b', 'stone'],
    ['c', 'unknown'],
    ['d', ''],
  ] as const) {
    await bind(name, storageClassName)
    assert.equal(
      messageOf(await resize(name, '2Gi')),
      `persistentvolumeclaims "${name}" is forbidden: only dynamically provisioned pvc can be resized and the storageclass that provisions the pvc must support resize`,
    )
  }
})
