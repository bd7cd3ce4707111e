import assert from 'node:assert/strict'
import { test } from 'node:test'
import { read, refuses, stored, told, write } from '#testkit/kind-check'
import type { Deployment, DeploymentSpec, DeploymentStatus } from '../gen/apps-v1.ts'
import type { PodSpec } from '../gen/core-v1.ts'
import { deployment } from './deployment.ts'

interface Full extends Deployment {
  spec: DeploymentSpec & { template: { spec: PodSpec } }
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
const mismatch = '`selector` does not match template `labels`'
const percent =
  "a valid percent string must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"
const strategy = (strategy: object) => (object: Full) => Object.assign(object.spec, { strategy })
const rolling = (rollingUpdate: object) => strategy({ rollingUpdate })
const at = 'spec.strategy.rollingUpdate'

test('numbers and selectors of a deployment', () => {
  refuses(deployment, sound, [
    [({ spec }) => (spec.replicas = -1), `spec.replicas: Invalid value: -1: ${notNegative}`],
    [({ spec }) => (spec.minReadySeconds = -1), `spec.minReadySeconds: Invalid value: -1: ${notNegative}`],
    [
      ({ spec }) => (spec.revisionHistoryLimit = -1),
      `spec.revisionHistoryLimit: Invalid value: -1: ${notNegative}`,
    ],
    [
      ({ spec }) => (spec.progressDeadlineSeconds = -1),
      `spec.progressDeadlineSeconds: Invalid value: -1: ${notNegative}`,
      'spec.progressDeadlineSeconds: Invalid value: -1: must be greater than minReadySeconds',
    ],
    [
      ({ spec }) => (spec.minReadySeconds = 600),
      'spec.progressDeadlineSeconds: Invalid value: 600: must be greater than minReadySeconds',
    ],
    [
      ({ spec }) => delete (spec as Partial<DeploymentSpec>).selector,
      'spec.selector: Required value',
      `spec.template.metadata.labels: Invalid value: {"app":"web"}: ${mismatch}`,
    ],
    [
      ({ spec }) => (spec.selector = {}),
      'spec.selector: Invalid value: {}: empty selector is invalid for deployment',
    ],
    [
      ({ spec }) => (spec.selector = { matchLabels: { app: 'db' } }),
      `spec.template.metadata.labels: Invalid value: {"app":"web"}: ${mismatch}`,
    ],
    [
      ({ spec }) => delete spec.template.metadata.labels,
      `spec.template.metadata.labels: Invalid value: null: ${mismatch}`,
    ],
    [
      ({ spec }) => (spec.selector = { matchExpressions: [{ key: 'a', operator: 'Of' }] }),
      'spec.selector.matchExpressions[0].operator: Invalid value: "Of": not a valid selector operator',
      'spec.selector: Invalid value: {"matchExpressions":[{"key":"a","operator":"Of"}]}: invalid label selector',
    ],
  ])
})

test('the strategy of a deployment', () => {
  refuses(deployment, sound, [
    [
      strategy({ type: 'Other' }),
      'spec.strategy: Unsupported value: {"Type":"Other","RollingUpdate":null}: supported values: "Recreate", "RollingUpdate"',
    ],
    [
      strategy({ type: 'Recreate', rollingUpdate: {} }),
      `${at}: Forbidden: may not be specified when strategy \`type\` is 'Recreate'`,
    ],
    [
      rolling({ maxSurge: 0, maxUnavailable: 0 }),
      `${at}.maxUnavailable: Invalid value: 0: may not be 0 when \`maxSurge\` is 0`,
    ],
    [
      rolling({ maxSurge: '0%', maxUnavailable: '0%' }),
      `${at}.maxUnavailable: Invalid value: "0%": may not be 0 when \`maxSurge\` is 0`,
    ],
    [rolling({ maxSurge: -1 }), `${at}.maxSurge: Invalid value: -1: ${notNegative}`],
    [rolling({ maxUnavailable: -1 }), `${at}.maxUnavailable: Invalid value: -1: ${notNegative}`],
    [rolling({ maxUnavailable: 'x' }), `${at}.maxUnavailable: Invalid value: "x": ${percent}`],
    [
      rolling({ maxUnavailable: '101%' }),
      `${at}.maxUnavailable: Invalid value: "101%": must not be greater than 100%`,
    ],
    // A surge may be more than everything.
    [rolling({ maxSurge: '200%' })],
  ])
})

test('the pods of a deployment', () => {
  refuses(deployment, sound, [
    [({ spec }) => (spec.template.spec.containers = []), 'spec.template.spec.containers: Required value'],
    [
      ({ spec }) => delete (spec.template as { spec?: PodSpec }).spec,
      'spec.template.spec.containers: Required value',
    ],
    [
      ({ spec }) => (spec.template.spec.restartPolicy = 'Never'),
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [
      ({ spec }) => (spec.template.spec.activeDeadlineSeconds = 5),
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
    ],
  ])
})

test('changes of a deployment', () => {
  const old = stored<Full>(deployment, sound())
  const change = (spoil: (object: Full) => unknown, subresource = '') =>
    write<Full>(deployment, old, (object) => void spoil(object), subresource)
  const selected = change(({ spec }) => {
    spec.selector = { matchLabels: { app: 'db' } }
    spec.template.metadata.labels = { app: 'db' }
  })
  told(
    selected.faults,
    ['spec.selector: Invalid value: {"matchLabels":{"app":"db"}}: field is immutable'],
    'another selector',
  )
  const generation = (spoil: (object: Full) => unknown, subresource?: string) =>
    change(spoil, subresource).object.metadata.generation
  assert.equal(
    generation(() => undefined),
    1,
  )
  assert.equal(
    generation(({ spec }) => (spec.replicas = 5)),
    2,
  )
  assert.equal(
    generation(({ metadata }) => (metadata.annotations = { a: 'b' })),
    2,
  )
  assert.equal(
    generation(({ metadata }) => (metadata.labels = { a: 'b' })),
    1,
  )
  const { object } = change((next) => {
    next.metadata.labels = { a: 'b' }
    next.metadata.annotations = { a: 'b' }
    next.spec.replicas = 9
    next.status = { replicas: 3 }
  }, 'status')
  assert.deepEqual(
    [object.metadata.labels, object.metadata.annotations, object.spec.replicas, object.status?.replicas],
    [undefined, { a: 'b' }, 1, 3],
  )
  assert.equal(object.metadata.generation, 1)
})

test('the status of a deployment', () => {
  const old = stored<Full>(deployment, sound())
  old.status = { collisionCount: 2 }
  const rows: [DeploymentStatus, ...string[]][] = [
    [{ replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 1, collisionCount: 2 }],
    [
      { unavailableReplicas: -1, collisionCount: 2 },
      `status.unavailableReplicas: Invalid value: -1: ${notNegative}`,
    ],
    [
      { updatedReplicas: 1, collisionCount: 3 },
      'status.updatedReplicas: Invalid value: 1: cannot be greater than status.replicas',
    ],
    [
      { replicas: 2, readyReplicas: 1, availableReplicas: 2, collisionCount: 3 },
      'status.availableReplicas: Invalid value: 2: cannot be greater than readyReplicas',
    ],
    [{ collisionCount: 1 }, 'status.collisionCount: Invalid value: 1: cannot be decremented'],
    [{}, 'status.collisionCount: Invalid value: 0: cannot be decremented'],
  ]
  for (const [status, ...expected] of rows) {
    const { faults } = write<Full>(deployment, old, (object) => void (object.status = status), 'status')
    told(faults, expected, JSON.stringify(status))
  }
})

test('rows of a deployment', () => {
  const names = ['Ready', 'Up-to-date', 'Available', 'Containers', 'Images', 'Selector']
  const row = (object: object) => names.map((name) => deployment.cells[name]?.(object as Full, 0))
  const two = sound()
  two.spec.template.spec.containers.push({ name: 'b', image: 'b:2', resources: {} })
  two.spec.replicas = 3
  two.status = { readyReplicas: 1, updatedReplicas: 2, availableReplicas: 1 }
  assert.deepEqual(row(two), ['1/3', 2, 1, 'a,b', 'a,b:2', 'app=web'])
  assert.deepEqual(row({ metadata: {} }), ['0/0', 0, 0, '', '', ''])
  const wrong = sound()
  wrong.spec.selector = { matchExpressions: [{ key: 'a', operator: 'Of' }] }
  assert.equal(row(wrong)[5], '<invalid>')
})

test('what is unwise in a deployment is told when it is new and when what it asks for changes', () => {
  const named = read<Full>(deployment, sound())
  named.metadata.name = 'web.v1'
  named.metadata.generation = 1
  named.spec.template.spec.nodeSelector = { 'beta.kubernetes.io/os': 'linux' }
  const label =
    'spec.template.spec.nodeSelector[beta.kubernetes.io/os]: deprecated since v1.14; use "kubernetes.io/os" instead'
  assert.deepEqual(
    [...(deployment.rules.warnings?.(named) ?? [])],
    [
      'metadata.name: this is used in Pod names and hostnames, which can result in surprising behavior; a DNS label is recommended: [must not contain dots]',
      label,
    ],
  )
  assert.deepEqual([...(deployment.rules.warnings?.(named, named) ?? [])], [])
  const older = { ...named, metadata: { ...named.metadata, generation: 0 } }
  assert.deepEqual([...(deployment.rules.warnings?.(named, older) ?? [])], [label])
})
