import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, told, write } from '#testkit/kind-check'
import type {
  CSIDriver,
  CSINode,
  CSIStorageCapacity,
  StorageClass,
  VolumeAttributesClass,
} from '../gen/storage-v1.ts'
import { csiDriver } from './csi-driver.ts'
import { csiNode } from './csi-node.ts'
import { csiStorageCapacity } from './csi-storage-capacity.ts'
import { storageClass } from './storage-class.ts'
import { volumeAttributesClass } from './volume-attributes-class.ts'

const long = 'a'.repeat(64)
const many = (count: number) =>
  Object.fromEntries(Array.from({ length: count }, (_, i) => [`key-${i}`, 'value']))

const soundClass = (): StorageClass => ({ metadata: { name: 'fast' }, provisioner: 'csi.example.com' })
const topology = (...terms: object[]) => ({ allowedTopologies: terms }) as object
const term = (...expressions: object[]) => ({ matchLabelExpressions: expressions })

test('a storage class that is wrong', () => {
  const change = (fields: object) => (object: StorageClass) => Object.assign(object, fields)
  const at = 'allowedTopologies[0].matchLabelExpressions'
  refuses(storageClass, soundClass, [
    [change({ provisioner: '' }), 'provisioner: Required value'],
    [
      change({ provisioner: 'A/b/c' }),
      /^provisioner: Invalid value: "a\/b\/c": a valid label key must consist of/,
    ],
    [change({ parameters: { '': 'a' } }), 'parameters: Invalid value: "": field can not be empty.'],
    [change({ parameters: many(513) }), 'parameters: Too long: may not be more than 512 bytes'],
    [
      change({ parameters: { a: 'a'.repeat(256 * 1024) } }),
      'parameters: Too long: may not be more than 262144 bytes',
    ],
    [
      change({ reclaimPolicy: 'Recycle' }),
      'reclaimPolicy: Unsupported value: "Recycle": supported values: "Delete", "Retain"',
    ],
    [
      change({ volumeBindingMode: 'Never' }),
      'volumeBindingMode: Unsupported value: "Never": supported values: "Immediate", "WaitForFirstConsumer"',
    ],
    [change(topology(term({ key: 'a', values: [] }))), `${at}[0].values: Required value`],
    [change(topology(term({ key: 'a', values: ['b', 'b'] }))), `${at}[0].values[1]: Duplicate value: "b"`],
    [
      change(topology(term({ key: '', values: ['b'] }))),
      `${at}[0].key: Invalid value: "": name part must be non-empty`,
      /^allowedTopologies\[0\]\.matchLabelExpressions\[0\]\.key: Invalid value: "": name part must consist/,
    ],
    [
      change(topology(term({ key: 'a', values: ['b'] }, { key: 'a', values: ['c'] }))),
      `${at}[1].key: Duplicate value: "a"`,
    ],
    [
      change(topology(term({ key: 'a', values: ['b', 'c'] }), term({ key: 'a', values: ['c', 'b'] }))),
      'allowedTopologies[1].matchLabelExpressions: Duplicate value: ""',
    ],
    [change(topology(term())), 'allowedTopologies[0].matchLabelExpressions: Duplicate value: ""'],
  ])
})

test('what of a storage class stays', () => {
  const old = stored<StorageClass>(storageClass, soundClass())
  const faults = (fields: Partial<StorageClass>) =>
    write(storageClass, old, (object) => Object.assign(object, fields)).faults
  assert.deepEqual(faults({ allowVolumeExpansion: true, mountOptions: ['ro'] }), [])
  assert.deepEqual(
    faults({ parameters: { a: 'b' }, provisioner: 'b', reclaimPolicy: 'Retain' }),
    ['parameters', 'provisioner', 'reclaimPolicy'].map(
      (name) => `${name}: Forbidden: updates to ${name} are forbidden.`,
    ),
  )
  assert.deepEqual(faults({ volumeBindingMode: 'WaitForFirstConsumer' }), [
    'volumeBindingMode: Invalid value: "WaitForFirstConsumer": field is immutable',
  ])
})

test('rows and warnings of a storage class', () => {
  const shown = (annotations: Record<string, string>) =>
    storageClass.cells['Name']?.({ ...soundClass(), metadata: { name: 'a', annotations } }, 0)
  assert.equal(shown({}), 'a')
  assert.equal(shown({ 'storageclass.kubernetes.io/is-default-class': 'true' }), 'a (default)')
  assert.equal(shown({ 'storageclass.beta.kubernetes.io/is-default-class': 'true' }), 'a (default)')
  assert.equal(shown({ 'storageclass.kubernetes.io/is-default-class': 'yes' }), 'a')
  assert.equal(storageClass.cells['AllowVolumeExpansion']?.(soundClass(), 0), false)
  const old = { ...soundClass(), ...topology(term({ key: 'beta.kubernetes.io/os', values: ['a'] })) }
  assert.deepEqual(
    [...(storageClass.rules.warnings?.(old) ?? [])],
    [
      'allowedTopologies[0].matchLabelExpressions[0].key: beta.kubernetes.io/os is deprecated since v1.14; use "kubernetes.io/os" instead',
    ],
  )
})

test('a volume attributes class has parameters, and keeps them', () => {
  const sound = (): VolumeAttributesClass => ({
    metadata: { name: 'gold' },
    driverName: 'csi.example.com',
    parameters: { iops: '1' },
  })
  refuses(volumeAttributesClass, sound, [
    [(object) => (object.driverName = ''), 'driverName: Required value'],
    [
      (object) => (object.parameters = {}),
      'parameters: Required value: must contain at least one key/value pair',
    ],
  ])
  const old = stored<VolumeAttributesClass>(volumeAttributesClass, sound())
  const change = (object: VolumeAttributesClass) =>
    Object.assign(object, { driverName: 'b', parameters: { iops: '2' } })
  assert.deepEqual(write(volumeAttributesClass, old, change).faults, [
    'driverName: Forbidden: updates to driverName are forbidden.',
    'parameters: Forbidden: updates to parameters are forbidden.',
  ])
})

const soundDriver = (): CSIDriver => ({ metadata: { name: 'csi.example.com' }, spec: {} })
const spec = (fields: object) => (object: { spec: object }) => Object.assign(object.spec, fields)

test('a storage driver that is wrong', () => {
  refuses(csiDriver, soundDriver, [
    [
      spec({ fsGroupPolicy: 'All' }),
      'spec.fsGroupPolicy: Unsupported value: "All": supported values: "File", "None", "ReadWriteOnceWithFSType"',
    ],
    [
      spec({ tokenRequests: [{ audience: 'a' }, { audience: 'a', expirationSeconds: 1 }] }),
      'spec.tokenRequests[1].audience: Duplicate value: "a"',
    ],
    [
      spec({ tokenRequests: [{ audience: 'a', expirationSeconds: 599 }] }),
      'spec.tokenRequests[0].expirationSeconds: Invalid value: 599: may not specify a duration less than 10 minutes',
    ],
    [
      spec({ tokenRequests: [{ audience: 'a', expirationSeconds: 2 ** 32 + 1 }] }),
      'spec.tokenRequests[0].expirationSeconds: Invalid value: 4294967297: may not specify a duration larger than 2^32 seconds',
    ],
    [
      spec({ volumeLifecycleModes: ['Persistent', 'Long'] }),
      'spec.volumeLifecycleModes: Unsupported value: "Long": supported values: "Persistent", "Ephemeral"',
    ],
    [
      spec({ nodeAllocatableUpdatePeriodSeconds: 9 }),
      'spec.nodeAllocatableUpdatePeriodSeconds: Invalid value: 9: must be greater than or equal to 10 seconds',
    ],
    [
      spec({ serviceAccountTokenInSecrets: false }),
      'spec.serviceAccountTokenInSecrets: Invalid value: false: serviceAccountTokenInSecrets is set but no tokenRequests are specified',
    ],
  ])
  const bare = { metadata: { name: 'a' }, spec: {} }
  told(
    [...(csiDriver.rules.validate?.(bare, { now: 0, subresource: '' }) ?? [])].map(({ path }) => path),
    ['spec.attachedRequired', 'spec.podInfoOnMount', 'spec.storageCapacity', 'spec.seLinuxMount'],
    'without defaults',
  )
})

test('changes of a storage driver are counted, and some refused', () => {
  const old = stored<CSIDriver>(csiDriver, soundDriver())
  assert.equal(old.metadata.generation, undefined)
  const { object, faults } = write(csiDriver, old, spec({ requiresRepublish: true }))
  assert.deepEqual(faults, [])
  assert.equal(object.metadata.generation, 1)
  assert.deepEqual(
    write(csiDriver, old, spec({ attachRequired: false, volumeLifecycleModes: ['Ephemeral'] })).faults,
    [
      'spec.attachedRequired: Invalid value: false: field is immutable',
      'spec.volumeLifecycleModes: Invalid value: ["Ephemeral"]: field is immutable',
    ],
  )
  const off = { preventPodSchedulingIfMissing: true }
  assert.equal(write(csiDriver, old, spec(off)).object.spec.preventPodSchedulingIfMissing, undefined)
  const fresh = stored<CSIDriver>(csiDriver, { ...soundDriver(), spec: off })
  assert.equal(fresh.spec.preventPodSchedulingIfMissing, undefined)
})

test('rows of storage drivers', () => {
  const row = (object: CSIDriver) => Object.values(csiDriver.cells).map((cell) => cell(object, 0))
  assert.deepEqual(row(soundDriver()).slice(1, -1), [true, false, false, '<unset>', false, '<none>'])
  const full = read<CSIDriver>(csiDriver, {
    ...soundDriver(),
    spec: { tokenRequests: [{ audience: 'a' }, { audience: 'b' }], volumeLifecycleModes: ['A', 'B'] },
  })
  assert.deepEqual(row(full).slice(4, -1), ['a,b', false, 'A,B'])
})

const soundNode = (): CSINode => ({
  metadata: { name: 'node-1' },
  spec: { drivers: [{ name: 'a.example.com', nodeID: 'n', topologyKeys: ['zone'] }] },
})

test('a node’s storage drivers that are wrong', () => {
  const driver = (fields: object) => (object: CSINode) => Object.assign(object.spec.drivers[0] ?? {}, fields)
  const at = 'spec.drivers[0]'
  refuses(csiNode, soundNode, [
    [driver({ name: '' }), `${at}.name: Required value`],
    [driver({ name: long }), `${at}.name: Too long: may not be more than 63 bytes`],
    [driver({ name: 'a_b' }), /^spec\.drivers\[0\]\.name: Invalid value: "a_b": a lowercase RFC 1123 sub/],
    [
      (object) => object.spec.drivers.push({ name: 'a.example.com', nodeID: 'm' }),
      'spec.drivers[1].name: Duplicate value: "a.example.com"',
    ],
    [driver({ nodeID: '' }), `${at}.nodeID: Required value`],
    [
      driver({ nodeID: 'a'.repeat(257) }),
      /^spec\.drivers\[0\]\.nodeID: Invalid value: "a{257}": must be 256 characters or less$/,
    ],
    [
      driver({ allocatable: { count: -1 } }),
      `${at}.allocatable.count: Invalid value: -1: must be greater than or equal to 0`,
    ],
    [driver({ topologyKeys: ['a', 'a'] }), `${at}: Duplicate value: "a"`],
    [
      driver({ topologyKeys: [''] }),
      `${at}: Required value`,
      `${at}: Invalid value: "": name part must be non-empty`,
      /^spec\.drivers\[0\]: Invalid value: "": name part must consist/,
    ],
  ])
})

test('of a node’s driver only the number of volumes changes', () => {
  const old = stored<CSINode>(csiNode, soundNode())
  const faults = (fields: object) =>
    write(csiNode, old, (object) => Object.assign(object.spec.drivers[0] ?? {}, fields)).faults
  assert.deepEqual(faults({ allocatable: { count: 3 } }), [])
  assert.deepEqual(faults({ nodeID: 'm' }), [
    'spec.drivers: Invalid value: {"Name":"a.example.com","NodeID":"m","TopologyKeys":["zone"],"Allocatable":null}: field is immutable',
  ])
  assert.equal(csiNode.cells['Drivers']?.(old, 0), 1)
})

test('room for volumes', () => {
  const sound = (): CSIStorageCapacity => ({
    metadata: { name: 'a', namespace: 'default' },
    storageClassName: 'fast',
    nodeTopology: { matchLabels: { zone: 'a' } },
    capacity: '1Gi',
  })
  refuses(csiStorageCapacity, sound, [
    [
      (object) => (object.nodeTopology = { matchExpressions: [{ key: 'a', operator: 'x' }] }),
      'nodeTopology.matchExpressions[0].operator: Invalid value: "x": not a valid selector operator',
    ],
    [
      (object) => (object.storageClassName = 'A'),
      /^storageClassName: Invalid value: "A": a lowercase RFC 1123 subdomain/,
    ],
    [
      (object) => (object.capacity = '-1'),
      'capacity: Invalid value: "-1": must be greater than or equal to 0',
    ],
  ])
  const old = stored<CSIStorageCapacity>(csiStorageCapacity, sound())
  const change = (object: CSIStorageCapacity) =>
    Object.assign(object, { storageClassName: 'b', nodeTopology: {}, capacity: '2Gi' })
  assert.deepEqual(write(csiStorageCapacity, old, change).faults, [
    'nodeTopology: Invalid value: {}: field is immutable',
    'storageClassName: Invalid value: "b": field is immutable',
  ])
})

test('old labels of nodes are warned of', () => {
  const [region, zone] = [
    'failure-domain.beta.kubernetes.io/region',
    'failure-domain.beta.kubernetes.io/zone',
  ]
  const old: CSIStorageCapacity = {
    metadata: { name: 'a' },
    storageClassName: 'fast',
    nodeTopology: {
      matchExpressions: [{ key: zone, operator: 'Exists' }],
      matchLabels: { [region]: 'a', b: 'c' },
    },
  }
  assert.deepEqual(
    [...(csiStorageCapacity.rules.warnings?.(old) ?? [])],
    [
      `nodeTopology.matchExpressions[0].key: ${zone} is deprecated since v1.17; use "topology.kubernetes.io/zone" instead`,
      `nodeTopology.matchLabels.${region}: deprecated since v1.17; use "topology.kubernetes.io/region" instead`,
    ],
  )
})
