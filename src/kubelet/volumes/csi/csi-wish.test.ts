import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Pod } from '#kinds/gen/core-v1'
import type { CSIDriver } from '#kinds/gen/storage-v1'
import { type CsiSource, isGivenByUs, lifecycleFault, podContext, volumeCapability } from './csi-wish.ts'

const source: CsiSource = {
  driver: 'd',
  handle: 'h',
  name: 'pv',
  lifecycle: 'Persistent',
  fsType: 'ext4',
  readOnly: false,
  accessModes: ['ReadWriteOnce'],
  mountOptions: ['noatime'],
  attributes: {},
}
const driver = (spec: object): CSIDriver => ({ metadata: { name: 'd' }, spec }) as CSIDriver
const none = new Set<number>()

test('access modes are told by the published numbers, more precisely to a driver that asks for it', () => {
  const mode = (accessModes: string[], able = none) =>
    volumeCapability({ ...source, accessModes }, able, undefined).accessMode?.mode
  const precise = new Set([5])
  assert.deepEqual(
    [['ReadWriteOnce'], ['ReadOnlyMany'], ['ReadWriteMany'], ['ReadWriteOncePod'], []].map((modes) =>
      mode(modes),
    ),
    [1, 3, 5, 1, 1],
  )
  assert.deepEqual([mode(['ReadWriteOnce'], precise), mode(['ReadWriteOncePod'], precise)], [7, 6])
})

test('the group is given to a driver that takes it, and otherwise by the policy of the driver', () => {
  const { accessType } = volumeCapability(source, new Set([6]), 12)
  assert.deepEqual(accessType?.value, { fsType: 'ext4', mountFlags: ['noatime'], volumeMountGroup: '12' })
  assert.equal(isGivenByUs(source, undefined, new Set([6])), false)
  assert.equal(isGivenByUs(source, undefined, none), true)
  assert.equal(isGivenByUs({ ...source, fsType: '' }, undefined, none), false)
  assert.equal(isGivenByUs({ ...source, accessModes: ['ReadWriteMany'] }, undefined, none), false)
  assert.equal(isGivenByUs({ ...source, fsType: '' }, driver({ fsGroupPolicy: 'File' }), none), true)
  assert.equal(isGivenByUs(source, driver({ fsGroupPolicy: 'None' }), none), false)
})

test('a driver is told of the pod only if it asks', () => {
  const pod: Pod = {
    metadata: { name: 'p', namespace: 'n', uid: 'u' },
    spec: { containers: [], serviceAccountName: 's' },
  }
  assert.deepEqual(podContext(pod, source, driver({})), {})
  assert.deepEqual(podContext(pod, source, driver({ podInfoOnMount: true })), {
    'csi.storage.k8s.io/pod.name': 'p',
    'csi.storage.k8s.io/pod.namespace': 'n',
    'csi.storage.k8s.io/pod.uid': 'u',
    'csi.storage.k8s.io/serviceAccount.name': 's',
    'csi.storage.k8s.io/ephemeral': 'false',
  })
})

test('a volume that lives with its pod needs a driver that says it has such', () => {
  const inline = { ...source, lifecycle: 'Ephemeral' as const }
  assert.equal(lifecycleFault(source, undefined), undefined)
  assert.equal(
    lifecycleFault(inline, undefined),
    'volume mode "Ephemeral" not supported by driver d (no CSIDriver object)',
  )
  assert.equal(
    lifecycleFault(inline, driver({ volumeLifecycleModes: ['Persistent'] })),
    'volume mode "Ephemeral" not supported by driver d (only supports ["Persistent"])',
  )
  assert.equal(lifecycleFault(inline, driver({ volumeLifecycleModes: ['Ephemeral'] })), undefined)
})
