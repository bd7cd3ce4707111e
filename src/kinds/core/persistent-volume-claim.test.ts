import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, write } from '#testkit/kind-check'
import type { PersistentVolumeClaim, PersistentVolumeClaimSpec } from '../gen/core-v1.ts'
import { persistentVolumeClaim } from './persistent-volume-claim.ts'

const annotation = 'volume.beta.kubernetes.io/storage-class'

const sound = (): PersistentVolumeClaim => ({
  metadata: { name: 'data', namespace: 'default' },
  spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '5Gi' } } },
})
const specOf = ({ spec }: PersistentVolumeClaim) => spec as PersistentVolumeClaimSpec
const spec = (fields: object) => (object: PersistentVolumeClaim) => Object.assign(specOf(object), fields)

test('a claim that is wrong', () => {
  const group = 'snapshot.storage.k8s.io'
  refuses(persistentVolumeClaim, sound, [
    [spec({ accessModes: [] }), 'spec.accessModes: Required value: at least 1 access mode is required'],
    [
      spec({ accessModes: ['ReadWriteOncePod', 'ReadOnlyMany'] }),
      'spec.accessModes: Forbidden: may not use ReadWriteOncePod with other access modes',
    ],
    [
      spec({ accessModes: ['x'] }),
      /^spec\.accessModes: Unsupported value: "x": supported values: "ReadOnlyMany"/,
    ],
    [
      spec({ selector: { matchExpressions: [{ key: 'a', operator: 'In' }] } }),
      "spec.selector.matchExpressions[0].values: Required value: must be specified when `operator` is 'In' or 'NotIn'",
    ],
    [spec({ resources: {} }), 'spec.resources[storage]: Required value'],
    [
      spec({ resources: { requests: { storage: '0' } } }),
      'spec.resources[storage]: Invalid value: "0": must be greater than zero',
    ],
    [spec({ storageClassName: 'A' }), /^spec\.storageClassName: Invalid value: "A": a lowercase/],
    [
      spec({ volumeMode: 'Tape' }),
      'spec.volumeMode: Unsupported value: "Tape": supported values: "Block", "Filesystem"',
    ],
    [
      spec({ dataSourceRef: { kind: '', name: '' } }),
      'spec.dataSource.name: Required value',
      'spec.dataSource.kind: Required value',
      'spec.dataSource: Invalid value: "": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
      'spec.dataSourceRef.name: Required value',
      'spec.dataSourceRef.kind: Required value',
      'spec.dataSourceRef: Invalid value: "": must be \'PersistentVolumeClaim\' when referencing the default apiGroup',
    ],
    [
      spec({
        dataSource: { apiGroup: group, kind: 'VolumeSnapshot', name: 'a' },
        dataSourceRef: { apiGroup: 'A', kind: 'B', name: 'a' },
      }),
      /^spec\.dataSourceRef\.apiGroup: Invalid value: "A": a lowercase/,
      'spec: Invalid value: {}: must match dataSourceRef',
    ],
    [
      spec({ volumeAttributesClassName: 'A' }),
      /^spec\.volumeAttributesClassName: Invalid value: "A": a lowercase/,
    ],
  ])
})

test('the two fields for where data comes from say the same', () => {
  const settled = (fields: object) =>
    specOf(stored<PersistentVolumeClaim>(persistentVolumeClaim, { ...sound(), spec: fields }))
  const claim = { kind: 'PersistentVolumeClaim', name: 'a' }
  const snapshot = { apiGroup: 'snapshot.storage.k8s.io', kind: 'VolumeSnapshot', name: 'a' }
  const other = { apiGroup: 'example.com', kind: 'Thing', name: 'a' }
  for (const known of [claim, snapshot]) {
    assert.deepEqual(settled({ dataSource: known }).dataSourceRef, known)
    assert.deepEqual(settled({ dataSourceRef: known }).dataSource, known)
  }
  assert.deepEqual(settled({ dataSourceRef: other }).dataSource, other)
  // What the older field could never name is dropped.
  assert.equal(settled({ dataSource: other }).dataSource, undefined)
  assert.equal(settled({ dataSource: { kind: 'Pod', name: 'a' } }).dataSourceRef, undefined)
  assert.equal(settled({ dataSourceRef: { ...claim, namespace: 'b' } }).dataSourceRef, undefined)
})

test('a claim keeps its spec', () => {
  const old = stored<PersistentVolumeClaim>(persistentVolumeClaim, sound())
  assert.deepEqual(old.status, { phase: 'Pending' })
  const faults = (fields: object) => write(persistentVolumeClaim, old, spec(fields)).faults
  assert.deepEqual(faults({ volumeName: 'pv' }), [])
  assert.deepEqual(faults({ storageClassName: 'fast' }), [])
  const only =
    'spec: Forbidden: spec is immutable after creation except resources.requests and volumeAttributesClassName for bound claims'
  for (const fields of [
    { accessModes: ['ReadOnlyMany'] },
    { resources: { requests: { storage: '6Gi' } } },
    { volumeAttributesClassName: 'gold' },
  ]) {
    const [fault = '', ...more] = faults(fields)
    assert.ok(fault.startsWith(`${only}\n  core.PersistentVolumeClaimSpec{`), fault)
    assert.deepEqual(more, [])
  }
  assert.deepEqual(faults({ volumeMode: 'Block' }).slice(1), [
    'volumeMode: Invalid value: "Block": field is immutable',
  ])
})

test('a bound claim grows, and shrinks no further than what it has', () => {
  const old = stored<PersistentVolumeClaim>(persistentVolumeClaim, sound())
  old.status = { phase: 'Bound', capacity: { storage: '3Gi' } }
  specOf(old).volumeName = 'pv'
  const resized = (storage: string) =>
    write(persistentVolumeClaim, old, spec({ resources: { requests: { storage } } })).faults
  const less = 'spec.resources.requests.storage: Forbidden: field can not be less than status.capacity'
  assert.deepEqual(resized('6Gi'), [])
  assert.deepEqual(resized('4Gi'), [])
  assert.deepEqual(resized('3Gi'), [less])
  assert.deepEqual(write(persistentVolumeClaim, old, spec({ volumeName: 'other' })).faults.length, 1)
  assert.deepEqual(write(persistentVolumeClaim, old, spec({ volumeAttributesClassName: 'gold' })).faults, [])
})

test('a claim whose attributes class is in force keeps one', () => {
  const old = stored<PersistentVolumeClaim>(persistentVolumeClaim, sound())
  old.status = { phase: 'Bound', currentVolumeAttributesClassName: 'gold' }
  specOf(old).volumeAttributesClassName = 'gold'
  const start = 'spec.volumeAttributesClassName: Forbidden: update to'
  const end = 'is forbidden when status.currentVolumeAttributesClassName is not nil'
  assert.deepEqual(write(persistentVolumeClaim, old, spec({ volumeAttributesClassName: '' })).faults, [
    `${start} empty string ${end}`,
  ])
  const drop = (object: PersistentVolumeClaim) => delete specOf(object).volumeAttributesClassName
  assert.deepEqual(write(persistentVolumeClaim, old, drop).faults, [`${start} nil ${end}`])
})

test('the class of a claim moves from the annotation to the field', () => {
  const json = sound()
  json.metadata.annotations = { [annotation]: 'fast' }
  const old = stored<PersistentVolumeClaim>(persistentVolumeClaim, json)
  const move = (name: string) => (object: PersistentVolumeClaim) => {
    specOf(object).storageClassName = name
    delete object.metadata.annotations
  }
  assert.deepEqual(write(persistentVolumeClaim, old, move('fast')).faults, [])
  const [first, second = ''] = write(persistentVolumeClaim, old, move('slow')).faults
  assert.equal(first, `metadata.annotations.${annotation}: Invalid value: "": field is immutable`)
  assert.match(second, /^spec: Forbidden: spec is immutable/)
})

test('the status of a claim', () => {
  const old = stored<PersistentVolumeClaim>(persistentVolumeClaim, sound())
  const faults = (status: object) =>
    write(persistentVolumeClaim, old, (object) => Object.assign(object, { status }), 'status').faults
  assert.deepEqual(faults({ phase: 'Bound', capacity: { storage: '5Gi' } }), [])
  assert.deepEqual(faults({ capacity: { storage: '-1' } }), [
    'status.capacity[storage]: Invalid value: -1: must be a valid resource quantity',
  ])
  assert.deepEqual(faults({ allocatedResourceStatuses: { storage: 'Growing' } }), [
    'status.allocatedResourceStatuses: Unsupported value: "storage": supported values: "ControllerResizeInProgress", "ControllerResizeInfeasible", "NodeResizeInProgress", "NodeResizeInfeasible", "NodeResizePending"',
  ])
  assert.deepEqual(faults({ allocatedResources: { cpu: '1', storage: '-1', 'example.com/a': '1' } }), [
    'status.allocatedResources: Unsupported value: "cpu": supported values: "storage"',
    'status.allocatedResources[storage]: Invalid value: -1: must be a valid resource quantity',
  ])
  specOf(old).accessModes = []
  assert.deepEqual(faults({}), ['Spec.accessModes: Required value'])
})

test('rows and warnings of claims', () => {
  const json = sound()
  json.metadata.annotations = { [annotation]: 'old' }
  specOf(json).resources = { requests: { storage: '1500m' } }
  json.status = { phase: 'Bound', capacity: { storage: '1Gi' }, accessModes: ['ReadWriteOnce'] }
  const cell = (name: string) => persistentVolumeClaim.cells[name]?.(json, 0)
  assert.equal(cell('Status'), 'Bound')
  assert.equal(cell('Capacity'), '')
  assert.equal(cell('Access Modes'), '')
  assert.equal(cell('StorageClass'), 'old')
  assert.deepEqual(
    [...(persistentVolumeClaim.rules.warnings?.(json) ?? [])],
    [
      `metadata.annotations[${annotation}]: deprecated since v1.8; use "storageClassName" attribute instead`,
      'spec.resources.requests[storage]: fractional byte value "1500m" is invalid, must be an integer',
    ],
  )
  specOf(json).volumeName = 'pv'
  assert.equal(cell('Capacity'), '1Gi')
  assert.equal(cell('Access Modes'), 'RWO')
  json.metadata = { name: 'a', deletionTimestamp: '2026-01-01T00:00:00Z' }
  assert.equal(cell('Status'), 'Terminating')
  assert.equal(cell('StorageClass'), '')
})

test('a claim without a class gets the default one', () => {
  const wanted = persistentVolumeClaim.defaultClass
  const open = sound()
  assert.equal(wanted?.isOpen(open), true)
  wanted?.choose(open, 'fast')
  assert.equal(specOf(open).storageClassName, 'fast')
  assert.equal(wanted?.isOpen(open), false)
  const none = sound()
  specOf(none).storageClassName = ''
  assert.equal(wanted?.isOpen(none), false)
  const annotated = sound()
  annotated.metadata.annotations = { [annotation]: '' }
  assert.equal(wanted?.isOpen(annotated), false)
})
