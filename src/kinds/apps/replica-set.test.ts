import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, told, write } from '#testkit/kind-check'
import type { ReplicaSet, ReplicaSetSpec, ReplicaSetStatus } from '../gen/apps-v1.ts'
import type { PodTemplateSpec } from '../gen/core-v1.ts'
import { replicaSet } from './replica-set.ts'

interface Full extends ReplicaSet {
  spec: ReplicaSetSpec & { template: PodTemplateSpec }
}

const sound = (): Full => ({
  metadata: { name: 'web', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'web' } },
    template: {
      metadata: { labels: { app: 'web' } },
      spec: { containers: [{ name: 'a', image: 'a', resources: {} }] },
    },
  },
})
const notNegative = 'must be greater than or equal to 0'

test('what a replica set asks for', () => {
  refuses(replicaSet, sound, [
    [
      ({ metadata }) => (metadata.name = 'A'),
      /^metadata\.name: Invalid value: "A": a lowercase RFC 1123 subdomain/,
    ],
    [({ spec }) => (spec.replicas = -1), `spec.replicas: Invalid value: -1: ${notNegative}`],
    [({ spec }) => (spec.minReadySeconds = -2), `spec.minReadySeconds: Invalid value: -2: ${notNegative}`],
    [
      ({ spec }) => (spec.selector = {}),
      'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    ],
    [
      ({ spec }) => (spec.selector = { matchLabels: { app: 'web', b: 'c' } }),
      'spec.template.metadata.labels: Invalid value: {"app":"web"}: `selector` does not match template `labels`',
    ],
    [
      ({ spec }) => (spec.selector = { matchLabels: { app: '-' } }),
      /^spec\.selector\.matchLabels: Invalid value: "-": a valid label must be/,
      /^spec\.selector: Invalid value: \{"matchLabels":\{"app":"-"\}\}: invalid label selector$/,
    ],
    [
      ({ spec }) => Object.assign(spec.template.spec ?? {}, { restartPolicy: 'OnFailure' }),
      'spec.template.spec.restartPolicy: Unsupported value: "OnFailure": supported values: "Always"',
    ],
  ])
})

test('changes and the status of a replica set', () => {
  const old = stored<Full>(replicaSet, sound())
  assert.deepEqual([old.metadata.generation, old.status], [1, { replicas: 0 }])
  const { faults, object } = write<Full>(replicaSet, old, ({ spec }) => {
    spec.selector.matchExpressions = [{ key: 'app', operator: 'Exists' }]
  })
  told(
    faults,
    [
      'spec.selector: Invalid value: {"matchLabels":{"app":"web"},"matchExpressions":[{"key":"app","operator":"Exists"}]}: field is immutable',
    ],
    'another selector',
  )
  assert.equal(object.metadata.generation, 2)
  const more = 'cannot be greater than status.replicas'
  const rows: [ReplicaSetStatus, ...string[]][] = [
    [{ replicas: 1, fullyLabeledReplicas: 1, readyReplicas: 1, availableReplicas: 1 }],
    [
      { replicas: -1 },
      `status.replicas: Invalid value: -1: ${notNegative}`,
      `status.fullyLabeledReplicas: Invalid value: 0: ${more}`,
      `status.readyReplicas: Invalid value: 0: ${more}`,
      `status.availableReplicas: Invalid value: 0: ${more}`,
    ],
    [{ replicas: 0, observedGeneration: -1 }, `status.observedGeneration: Invalid value: -1: ${notNegative}`],
    [
      { replicas: 0, fullyLabeledReplicas: 1, readyReplicas: 2 },
      `status.fullyLabeledReplicas: Invalid value: 1: ${more}`,
      `status.readyReplicas: Invalid value: 2: ${more}`,
    ],
    [
      { replicas: 1, availableReplicas: 1 },
      'status.availableReplicas: Invalid value: 1: cannot be greater than readyReplicas',
    ],
  ]
  for (const [status, ...expected] of rows) {
    const written = write<Full>(replicaSet, old, (next) => void (next.status = status), 'status')
    told(written.faults, expected, JSON.stringify(status))
  }
})

test('rows of a replica set', () => {
  const object = stored<Full>(replicaSet, sound())
  object.status = { replicas: 1, readyReplicas: 1 }
  const names = ['Desired', 'Current', 'Ready', 'Containers', 'Images', 'Selector']
  assert.deepEqual(
    names.map((name) => replicaSet.cells[name]?.(object, 0)),
    [1, 1, 1, 'a', 'a', 'app=web'],
  )
})
