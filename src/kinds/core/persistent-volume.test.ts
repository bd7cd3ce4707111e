import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, type Spoiled, stored, write } from '#testkit/kind-check'
import type { PersistentVolume, PersistentVolumeSpec } from '../gen/core-v1.ts'
import { persistentVolume } from './persistent-volume.ts'

const sound = (): PersistentVolume => ({
  metadata: { name: 'pv' },
  spec: {
    capacity: { storage: '1Gi' },
    accessModes: ['ReadWriteOnce'],
    hostPath: { path: '/srv', type: '' },
  },
})
const specOf = ({ spec }: PersistentVolume): PersistentVolumeSpec => spec as PersistentVolumeSpec
const spec = (fields: object) => (object: PersistentVolume) => Object.assign(specOf(object), fields)

/** A volume from somewhere else. */
const source = (name: string, fields: object) => (object: PersistentVolume) => {
  delete specOf(object).hostPath
  Object.assign(specOf(object), { [name]: fields })
}

const affinity = (key: string, value = 'a') => ({
  required: { nodeSelectorTerms: [{ matchExpressions: [{ key, operator: 'In', values: [value] }] }] },
})

test('a volume that is wrong', () => {
  const modes = '"ReadOnlyMany", "ReadWriteMany", "ReadWriteOnce", "ReadWriteOncePod"'
  refuses(persistentVolume, sound, [
    [spec({ accessModes: [] }), 'spec.accessModes: Required value'],
    [
      spec({ accessModes: ['Often'] }),
      `spec.accessModes: Unsupported value: "Often": supported values: ${modes}`,
    ],
    [
      spec({ accessModes: ['ReadWriteOncePod', 'ReadWriteOnce'] }),
      'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
    ],
    [
      (object) => delete specOf(object).capacity,
      'spec.capacity: Required value',
      'spec.capacity: Unsupported value: null: supported values: "storage"',
    ],
    [
      spec({ capacity: { storage: '1', cpu: '1' } }),
      'spec.capacity: Unsupported value: {"cpu":"1","storage":"1"}: supported values: "storage"',
    ],
    [
      spec({ capacity: { storage: '0' } }),
      'spec.capacity[storage]: Invalid value: "0": must be greater than zero',
    ],
    [
      spec({ capacity: { storage: '-1' } }),
      'spec.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
      'spec.capacity[storage]: Invalid value: "-1": must be greater than zero',
    ],
    [
      spec({ persistentVolumeReclaimPolicy: 'Burn' }),
      'spec.persistentVolumeReclaimPolicy: Unsupported value: "Burn": supported values: "Delete", "Recycle", "Retain"',
    ],
    [
      spec({ hostPath: { path: '/', type: '' }, persistentVolumeReclaimPolicy: 'Recycle' }),
      "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
    ],
    [
      spec({ hostPath: { path: '/./', type: '' }, persistentVolumeReclaimPolicy: 'Recycle' }),
      "spec.persistentVolumeReclaimPolicy: Forbidden: may not be 'recycle' for a hostPath mount of '/'",
    ],
    [
      spec({ nodeAffinity: {} }),
      'spec.nodeAffinity.required: Required value: must specify required node constraints',
    ],
    [
      spec({ nodeAffinity: { required: { nodeSelectorTerms: [] } } }),
      'spec.nodeAffinity.required.nodeSelectorTerms: Required value: must have at least one node selector term',
    ],
    [
      spec({ nodeAffinity: affinity('a', 'b c') }),
      /^spec\.nodeAffinity\.required\.nodeSelectorTerms\[0\]\.matchExpressions\[0\]\.values\[0\]: Invalid value: "b c"/,
    ],
    [spec({ storageClassName: 'A' }), /^spec\.storageClassName: Invalid value: "A": a lowercase/],
    [
      spec({ volumeMode: 'Tape' }),
      'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
    ],
    [
      spec({ volumeAttributesClassName: '' }),
      'spec.volumeAttributesClassName: Required value: an empty string is disallowed',
      'spec.csi: Required value: has to be specified when using volumeAttributesClassName',
    ],
    [source('csi', { driver: 'a', volumeHandle: 'b' })],
    [
      (object) => {
        source('csi', { driver: 'a', volumeHandle: 'b' })(object)
        specOf(object).volumeAttributesClassName = 'A'
      },
      /^spec\.volumeAttributesClassName: Invalid value: "A": a lowercase/,
    ],
  ])
})

test('sources of volumes are one, and complete', () => {
  const rows: Spoiled<PersistentVolume>[] = [
    [(object) => delete specOf(object).hostPath, 'spec: Required value: must specify a volume type'],
    [
      spec({ nfs: { server: 'a', path: '/' }, cephfs: { monitors: ['a'] } }),
      'spec.nfs: Forbidden: may not specify more than 1 volume type',
      'spec.cephFS: Forbidden: may not specify more than 1 volume type',
    ],
    [spec({ flexVolume: { driver: '' } }), 'spec.flexVolume.driver: Required value'],
    [source('hostPath', { path: '', type: '' }), 'spec.hostPath.path: Required value'],
    [source('gcePersistentDisk', { pdName: '' }), 'spec.persistentDisk.pdName: Required value'],
    [
      source('glusterfs', { endpoints: '', path: '', endpointsNamespace: '' }),
      'spec.glusterfs.endpoints: Required value',
      'spec.glusterfs.path: Required value',
      'spec.glusterfs.endpointsNamespace: Invalid value: "": if the endpointnamespace is set, it must be a valid namespace name',
    ],
    [
      source('glusterfs', { endpoints: 'a', path: 'b', endpointsNamespace: 'A' }),
      /^spec\.glusterfs\.endpointsNamespace: Invalid value: "A": a lowercase/,
    ],
    [
      source('nfs', { server: 'a', path: 'b' }),
      'spec.nfs.path: Invalid value: "b": must be an absolute path',
    ],
    [
      source('rbd', { monitors: [], image: '' }),
      'spec.rbd.monitors: Required value',
      'spec.rbd.image: Required value',
    ],
    [
      source('iscsi', { targetPortal: '', iqn: '', lun: 256, chapAuthSession: true }),
      'spec.iscsi.targetPortal: Required value',
      'spec.iscsi.iqn: Required value',
      'spec.iscsi.lun: Invalid value: 256: must be between 0 and 255, inclusive',
      'spec.iscsi.secretRef: Required value',
    ],
    [
      source('iscsi', {
        targetPortal: 'a'.repeat(64),
        iqn: 'a',
        lun: 0,
        secretRef: {},
        initiatorName: 'iqn.x',
      }),
      /^spec\.iscsi\.targetportal: Invalid value: "a+": Total length of <volume name>:<iscsi\.targetPortal>/,
      'spec.iscsi.iqn: Invalid value: "a": must be valid format',
      'spec.iscsi.secretRef.name: Required value',
      'spec.iscsi.initiatorname: Invalid value: "iqn.x": must be valid format',
    ],
    [
      source('cinder', { volumeID: '', secretRef: {} }),
      'spec.cinder.volumeID: Required value',
      'spec.cinder.secretRef.name: Required value',
      'spec.cinder.secretRef.namespace: Required value',
    ],
    [
      source('azureFile', { secretName: '', shareName: '', secretNamespace: '' }),
      'spec.azureFile.secretName: Required value',
      'spec.azureFile.shareName: Required value',
      'spec.azureFile.secretNamespace: Required value',
    ],
    [
      source('local', { path: '' }),
      'spec.local.path: Required value',
      'spec.nodeAffinity: Required value: Local volume requires node affinity',
    ],
    [
      source('storageos', { volumeNamespace: 'A', secretRef: {} }),
      'spec.storageos.volumeName: Required value',
      /^spec\.storageos\.volumeNamespace: Invalid value: "A": a lowercase/,
      'spec.storageos.secretRef.name: Required value',
      'spec.storageos.secretRef.namespace: Required value',
    ],
    [
      source('storageos', { volumeName: 'A' }),
      /^spec\.storageos\.volumeName: Invalid value: "A": a lowercase/,
    ],
    [
      source('csi', { driver: '', volumeHandle: '' }),
      'spec.csi.driver: Required value',
      'spec.csi.volumeHandle: Required value',
    ],
  ]
  const secrets = [
    'controllerPublishSecretRef',
    'controllerExpandSecretRef',
    'nodePublishSecretRef',
    'nodeExpandSecretRef',
  ]
  for (const name of secrets) {
    const csi = { driver: 'a', volumeHandle: 'b' }
    rows.push([
      source('csi', { ...csi, [name]: {} }),
      `spec.csi.${name}.name: Required value`,
      `spec.csi.${name}.namespace: Required value`,
    ])
    rows.push([
      source('csi', { ...csi, [name]: { name: 'A', namespace: 'b.c' } }),
      new RegExp(`^spec\\.csi\\.${name}\\.name: Invalid value: "A"`),
      new RegExp(`^spec\\.csi\\.${name}\\.namespace: Invalid value: "b\\.c"`),
    ])
  }
  refuses(persistentVolume, sound, rows)
})

test('a volume stays where it is from', () => {
  const old = stored<PersistentVolume>(persistentVolume, {
    ...sound(),
    spec: { ...specOf(sound()), nodeAffinity: affinity('beta.kubernetes.io/os') },
  })
  const faults = (fields: object) => write(persistentVolume, old, spec(fields)).faults
  assert.deepEqual(faults({ capacity: { storage: '2Gi' }, claimRef: { name: 'a' } }), [])
  assert.match(
    faults({ hostPath: { path: '/other', type: '' } }).join(),
    /^spec\.persistentvolumesource: Forbidden: spec\.persistentvolumesource is immutable after creation\n {2}core\.PersistentVolumeSource\{/,
  )
  assert.deepEqual(faults({ volumeMode: 'Block' }), [
    'volumeMode: Invalid value: "Block": field is immutable',
  ])
  assert.deepEqual(faults({ nodeAffinity: affinity('kubernetes.io/os') }), [])
  assert.deepEqual(faults({ nodeAffinity: affinity('a') }), [
    'nodeAffinity: Invalid value: {"Required":{"NodeSelectorTerms":[{"MatchExpressions":[{"Key":"a","Operator":"In","Values":["a"]}],"MatchFields":null}]}}: field is immutable',
  ])
})

test('how a volume is expanded may be told later, and its attributes class stays one', () => {
  const csi = { driver: 'a', volumeHandle: 'b' }
  const { hostPath: _hostPath, ...rest } = specOf(sound())
  const old = stored<PersistentVolume>(persistentVolume, {
    ...sound(),
    spec: { ...rest, csi, volumeAttributesClassName: 'gold' },
  })
  const faults = (fields: object) => write(persistentVolume, old, spec(fields)).faults
  const secret = { name: 'a', namespace: 'b' }
  assert.deepEqual(faults({ csi: { ...csi, controllerExpandSecretRef: secret } }), [])
  assert.equal(faults({ csi: { ...csi, nodeExpandSecretRef: secret } }).length, 1)
  assert.deepEqual(faults({ volumeAttributesClassName: 'silver' }), [])
  const drop = (object: PersistentVolume) => delete specOf(object).volumeAttributesClassName
  assert.deepEqual(write(persistentVolume, old, drop).faults, [
    'spec.volumeAttributesClassName: Forbidden: update from non-nil value to nil is forbidden',
  ])
})

test('a volume tells since when it is in its phase', () => {
  const old = stored<PersistentVolume>(persistentVolume, { ...sound(), status: { phase: 'Bound' } })
  const epoch = '1970-01-01T00:00:00Z'
  assert.deepEqual(old.status, { phase: 'Pending', lastPhaseTransitionTime: epoch })
  old.status = { phase: 'Pending', lastPhaseTransitionTime: '2026-01-01T00:00:00Z' }
  const since = (phase: string, time?: string) => {
    const change = (object: PersistentVolume) =>
      Object.assign(object.status ?? {}, {
        phase,
        ...(time !== undefined && { lastPhaseTransitionTime: time }),
      })
    return write(persistentVolume, old, change, 'status').object.status?.lastPhaseTransitionTime
  }
  assert.equal(since('Bound'), epoch)
  assert.equal(since('Bound', '2026-02-01T00:00:00Z'), '2026-02-01T00:00:00Z')
  assert.equal(since('Pending'), '2026-01-01T00:00:00Z')
})

test('rows of volumes', () => {
  const row = (object: PersistentVolume) =>
    Object.fromEntries(Object.entries(persistentVolume.cells).map(([name, cell]) => [name, cell(object, 0)]))
  const bound = row({
    metadata: { name: 'a', annotations: { 'volume.beta.kubernetes.io/storage-class': 'old' } },
    spec: {
      capacity: { storage: '1Gi' },
      accessModes: ['ReadWriteMany', 'ReadOnlyMany', 'ReadWriteOnce', 'ReadWriteOncePod', 'ReadWriteMany'],
      claimRef: { namespace: 'b', name: 'c' },
      storageClassName: 'new',
    },
    status: { phase: 'Bound' },
  })
  assert.equal(bound['Capacity'], '1Gi')
  assert.equal(bound['Access Modes'], 'RWO,ROX,RWX,RWOP')
  assert.equal(bound['Status'], 'Bound')
  assert.equal(bound['Claim'], 'b/c')
  assert.equal(bound['StorageClass'], 'old')
  const bare = row({ metadata: { name: 'a', deletionTimestamp: '2026-01-01T00:00:00Z' }, spec: {} })
  assert.equal(bare['Capacity'], '0')
  assert.equal(bare['Status'], 'Terminating')
  assert.equal(bare['Claim'], '')
  assert.equal(bare['StorageClass'], '')
  assert.equal(bare['VolumeAttributesClass'], '<unset>')
})

test('warnings of volumes', () => {
  const warned: PersistentVolume = {
    metadata: {
      name: 'a',
      annotations: {
        'volume.beta.kubernetes.io/storage-class': 'a',
        'volume.beta.kubernetes.io/mount-options': 'b',
      },
    },
    spec: {
      capacity: { storage: '1500m' },
      persistentVolumeReclaimPolicy: 'Recycle',
      nodeAffinity: affinity('beta.kubernetes.io/arch'),
      rbd: { monitors: [], image: '' },
    },
  }
  assert.deepEqual(
    [...(persistentVolume.rules.warnings?.(warned) ?? [])],
    [
      'metadata.annotations[volume.beta.kubernetes.io/storage-class]: deprecated since v1.8; use "storageClassName" attribute instead',
      'metadata.annotations[volume.beta.kubernetes.io/mount-options]: deprecated since v1.31; use "mountOptions" attribute instead',
      'spec.persistentVolumeReclaimPolicy: The Recycle reclaim policy is deprecated. Instead, the recommended approach is to use dynamic provisioning.',
      'spec.nodeAffinity.required.nodeSelectorTerms[0].matchExpressions[0].key: beta.kubernetes.io/arch is deprecated since v1.14; use "kubernetes.io/arch" instead',
      'spec.rbd: deprecated in v1.28, non-functional in v1.31+',
      'spec.capacity[storage]: fractional byte value "1500m" is invalid, must be an integer',
    ],
  )
})
