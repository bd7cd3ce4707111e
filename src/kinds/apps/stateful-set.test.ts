import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, told, write } from '#testkit/kind-check'
import type { StatefulSet, StatefulSetSpec, StatefulSetStatus } from '../gen/apps-v1.ts'
import type { PodSpec } from '../gen/core-v1.ts'
import { statefulSet } from './stateful-set.ts'

interface Full extends StatefulSet {
  spec: StatefulSetSpec & { template: { spec: PodSpec } }
}

const sound = (): Full => ({
  metadata: { name: 'db', namespace: 'default' },
  spec: {
    serviceName: 'db',
    selector: { matchLabels: { app: 'db' } },
    template: {
      metadata: { labels: { app: 'db' } },
      spec: {
        containers: [
          { name: 'a', image: 'a', resources: {}, volumeMounts: [{ name: 'data', mountPath: '/data' }] },
        ],
      },
    },
    volumeClaimTemplates: [
      {
        metadata: { name: 'data' },
        spec: { accessModes: ['ReadWriteOnce'], resources: { requests: { storage: '1Gi' } } },
      },
    ],
  },
})
const notNegative = 'must be greater than or equal to 0'

test('what a stateful set asks for', () => {
  refuses(statefulSet, sound, [
    [({ metadata }) => (metadata.name = 'a.b'), 'metadata.name: Invalid value: "a.b": must not contain dots'],
    [
      ({ spec }) => (spec.podManagementPolicy = 'x'),
      `spec.podManagementPolicy: Invalid value: "x": must be 'OrderedReady' or 'Parallel'`,
    ],
    [
      ({ spec }) => (spec.updateStrategy = { type: 'x' }),
      `spec.updateStrategy: Invalid value: {"Type":"x","RollingUpdate":null}: must be 'RollingUpdate' or 'OnDelete'`,
    ],
    [
      ({ spec }) => (spec.updateStrategy = { type: 'OnDelete', rollingUpdate: { partition: 1 } }),
      /^spec\.updateStrategy\.rollingUpdate: Invalid value: \{"Partition":1,"MaxUnavailable":null\}: only allowed for updateStrategy 'RollingUpdate'$/,
    ],
    [
      ({ spec }) => (spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate: { partition: -1 } }),
      `spec.updateStrategy.rollingUpdate.partition: Invalid value: -1: ${notNegative}`,
    ],
    [
      ({ spec }) => (spec.persistentVolumeClaimRetentionPolicy = { whenDeleted: 'x', whenScaled: 'y' }),
      'spec.persistentVolumeClaimRetentionPolicy.whenDeleted: Unsupported value: "x": supported values: "Retain", "Delete"',
      'spec.persistentVolumeClaimRetentionPolicy.whenScaled: Unsupported value: "y": supported values: "Retain", "Delete"',
    ],
    [({ spec }) => (spec.replicas = -1), `spec.replicas: Invalid value: -1: ${notNegative}`],
    [({ spec }) => (spec.minReadySeconds = -1), `spec.minReadySeconds: Invalid value: -1: ${notNegative}`],
    [({ spec }) => (spec.ordinals = { start: -1 }), `spec.ordinals.start: Invalid value: -1: ${notNegative}`],
    [
      ({ spec }) => (spec.serviceName = 'A_B'),
      /^spec\.serviceName: Invalid value: "A_B": a lowercase RFC 1123 label/,
    ],
    [
      ({ spec }) => (spec.selector = {}),
      'spec.selector: Invalid value: {}: empty selector is invalid for statefulset',
    ],
    [
      ({ spec }) => (spec.selector = { matchLabels: { app: 'x' } }),
      'spec.template.metadata.labels: Invalid value: {"app":"db"}: `selector` does not match template `labels`',
    ],
    [
      ({ spec }) => (spec.template.spec.restartPolicy = 'Never'),
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [
      ({ spec }) => (spec.template.spec.activeDeadlineSeconds = 1),
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in StatefulSet is not Supported',
    ],
    [({ spec }) => (spec.template.spec.containers = []), 'spec.template.spec.containers: Required value'],
    [
      ({ spec }) => delete spec.volumeClaimTemplates?.[0]?.spec?.accessModes,
      'spec.volumeClaimTemplates[0].spec.accessModes: Required value: at least 1 access mode is required',
    ],
    [
      ({ spec }) => (spec.volumeClaimTemplates = []),
      'spec.template.spec.containers[0].volumeMounts[0].name: Not found: "data"',
    ],
  ])
})

test('what of a stateful set may change', () => {
  const old = stored<Full>(statefulSet, sound())
  const fixed =
    "spec: Forbidden: updates to statefulset spec for fields other than 'replicas', 'ordinals', 'template', 'updateStrategy', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy' and 'minReadySeconds' are forbidden"
  const rows: [(object: Full) => unknown, ...(string | RegExp)[]][] = [
    [({ spec }) => (spec.replicas = 5)],
    [({ spec }) => (spec.ordinals = { start: 2 })],
    [({ spec }) => (spec.template.spec.hostNetwork = true)],
    [({ spec }) => (spec.updateStrategy = { type: 'OnDelete' })],
    [({ spec }) => (spec.revisionHistoryLimit = 1)],
    [({ spec }) => (spec.persistentVolumeClaimRetentionPolicy = { whenDeleted: 'Delete' })],
    [({ spec }) => (spec.minReadySeconds = 1)],
    [({ spec }) => (spec.serviceName = 'other'), fixed],
    [({ spec }) => (spec.podManagementPolicy = 'Parallel'), fixed],
    [({ spec }) => spec.volumeClaimTemplates?.push({ metadata: { name: 'more' }, spec: {} }), fixed],
    [
      ({ spec }) => ((spec.template.spec.containers[0] as { image: string }).image = ''),
      /^spec\.template\.spec\.containers\[0\]\.image: Required value$/,
    ],
  ]
  for (const [change, ...expected] of rows) {
    told(write<Full>(statefulSet, old, (next) => void change(next)).faults, expected, String(change))
  }
})

test('a template that an older server took does not stand in the way of other changes', () => {
  const old = stored<Full>(statefulSet, sound())
  old.spec.template.spec.containers = []
  old.spec.serviceName = 'A_B'
  const { faults, object } = write<Full>(statefulSet, old, ({ spec }) => void (spec.replicas = 3))
  assert.deepEqual([faults, object.metadata.generation], [[], 2])
})

test('the status of a stateful set', () => {
  const old = stored<Full>(statefulSet, sound())
  const more = 'cannot be greater than status.replicas'
  const rows: [StatefulSetStatus, ...string[]][] = [
    [{ replicas: 1, readyReplicas: 1, availableReplicas: 1 }],
    [
      { replicas: -1, availableReplicas: -1 },
      `status.replicas: Invalid value: -1: ${notNegative}`,
      `status.availableReplicas: Invalid value: -1: ${notNegative}`,
      ...['readyReplicas', 'currentReplicas', 'updatedReplicas'].map(
        (name) => `status.${name}: Invalid value: 0: ${more}`,
      ),
    ],
    [
      { replicas: 0, currentReplicas: 1, updatedReplicas: 1 },
      `status.currentReplicas: Invalid value: 1: ${more}`,
      `status.updatedReplicas: Invalid value: 1: ${more}`,
    ],
    [
      { replicas: 2, availableReplicas: 1 },
      'status.availableReplicas: Invalid value: 1: cannot be greater than status.readyReplicas',
    ],
  ]
  for (const [status, ...expected] of rows) {
    const written = write<Full>(statefulSet, old, (next) => void (next.status = status), 'status')
    told(written.faults, expected, JSON.stringify(status))
  }
})

test('defaults, dropped fields, rows and warnings of a stateful set', () => {
  const named = read<Full>(statefulSet, sound())
  assert.deepEqual(named.spec.updateStrategy, { type: 'RollingUpdate', rollingUpdate: { partition: 0 } })
  const typed = sound()
  typed.spec.updateStrategy = { type: 'RollingUpdate' }
  assert.deepEqual(read<Full>(statefulSet, typed).spec.updateStrategy, { type: 'RollingUpdate' })
  typed.spec.updateStrategy = { rollingUpdate: { maxUnavailable: 2 } }
  assert.deepEqual(stored<Full>(statefulSet, typed).spec.updateStrategy?.rollingUpdate, { partition: 0 })
  assert.equal(statefulSet.cells['Ready']?.(named, 0), '0/1')
  named.spec.revisionHistoryLimit = -1
  assert.deepEqual(
    [...(statefulSet.rules.warnings?.(named) ?? [])],
    [
      'spec.revisionHistoryLimit: a negative value retains all historical revisions; a value >= 0 is recommended',
    ],
  )
})
