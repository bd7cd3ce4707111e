import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, told, write } from '#testkit/kind-check'
import type { DaemonSet, DaemonSetSpec, DaemonSetStatus } from '../gen/apps-v1.ts'
import type { PodSpec } from '../gen/core-v1.ts'
import { daemonSet } from './daemon-set.ts'

interface Full extends DaemonSet {
  spec: DaemonSetSpec & { template: { spec: PodSpec } }
}

const sound = (): Full => ({
  metadata: { name: 'agent', namespace: 'default' },
  spec: {
    selector: { matchLabels: { app: 'agent' } },
    template: {
      metadata: { labels: { app: 'agent' } },
      spec: { containers: [{ name: 'a', image: 'a', resources: {} }] },
    },
  },
})
const notNegative = 'must be greater than or equal to 0'
const mismatch =
  'spec.template.metadata.labels: Invalid value: {"app":"agent"}: `selector` does not match template `labels`'
const at = 'spec.updateStrategy.rollingUpdate'
const rolling = (rollingUpdate: object) => (object: Full) => {
  object.spec.updateStrategy = { type: 'RollingUpdate', rollingUpdate }
}

test('what a daemon set asks for', () => {
  refuses(daemonSet, sound, [
    [({ spec }) => delete (spec as Partial<DaemonSetSpec>).selector, mismatch],
    [({ spec }) => (spec.selector = { matchLabels: { app: 'b' } }), mismatch],
    [
      ({ spec }) => (spec.selector = {}),
      'spec.selector: Invalid value: {}: empty selector is invalid for daemonset',
    ],
    [
      ({ spec }) => (spec.template.spec.restartPolicy = 'Never'),
      'spec.template.spec.restartPolicy: Unsupported value: "Never": supported values: "Always"',
    ],
    [
      ({ spec }) => (spec.template.spec.activeDeadlineSeconds = 1),
      'spec.template.spec.activeDeadlineSeconds: Forbidden: activeDeadlineSeconds in DaemonSet is not Supported',
    ],
    [({ spec }) => (spec.minReadySeconds = -1), `spec.minReadySeconds: Invalid value: -1: ${notNegative}`],
    [
      ({ spec }) => (spec.revisionHistoryLimit = -1),
      `spec.revisionHistoryLimit: Invalid value: -1: ${notNegative}`,
    ],
    [
      ({ spec }) => (spec.updateStrategy = { type: 'Other' }),
      'spec.updateStrategy: Unsupported value: {"Type":"Other","RollingUpdate":null}: supported values: "RollingUpdate", "OnDelete"',
    ],
    [
      rolling({ maxUnavailable: 1, maxSurge: 1 }),
      `${at}.maxSurge: Invalid value: 1: may not be set when maxUnavailable is non-zero`,
    ],
    [rolling({ maxUnavailable: 0 }), `${at}.maxUnavailable: Required value: cannot be 0 when maxSurge is 0`],
    [
      rolling({ maxUnavailable: '101%' }),
      `${at}.maxUnavailable: Invalid value: "101%": must not be greater than 100%`,
    ],
    [
      rolling({ maxUnavailable: 0, maxSurge: '101%' }),
      `${at}.maxSurge: Invalid value: "101%": must not be greater than 100%`,
    ],
    [rolling({ maxUnavailable: -1 }), `${at}.maxUnavailable: Invalid value: -1: ${notNegative}`],
    [({ spec }) => (spec.updateStrategy = { type: 'OnDelete' })],
  ])
})

test('the forms of the template are counted in an annotation', () => {
  const key = 'deprecated.daemonset.template.generation'
  const old = stored<Full>(daemonSet, sound())
  assert.deepEqual([old.metadata.annotations, old.metadata.generation], [{ [key]: '1' }, 1])
  const count = (change: (object: Full) => unknown) => {
    const { object, faults } = write<Full>(daemonSet, old, (next) => void change(next))
    assert.deepEqual(faults, [])
    return [object.metadata.annotations?.[key], object.metadata.generation]
  }
  assert.deepEqual(
    count(({ spec }) => (spec.template.spec.hostNetwork = true)),
    ['2', 2],
  )
  assert.deepEqual(
    count(({ spec }) => (spec.minReadySeconds = 3)),
    ['1', 2],
  )
  assert.deepEqual(
    count(({ metadata }) => (metadata.annotations = { [key]: '7' })),
    ['1', 1],
  )
  const given = stored<Full>(daemonSet, { ...sound(), metadata: { name: 'a', annotations: { [key]: '5' } } })
  assert.equal(given.metadata.annotations?.[key], '5')
})

test('changes and the status of a daemon set', () => {
  const old = stored<Full>(daemonSet, sound())
  const { faults } = write<Full>(daemonSet, old, ({ spec }) => {
    spec.selector = { matchExpressions: [{ key: 'app', operator: 'Exists' }] }
  })
  told(faults, [/^spec\.selector: Invalid value: .*: field is immutable$/], 'another selector')
  const zero = { currentNumberScheduled: 0, numberMisscheduled: 0, desiredNumberScheduled: 0, numberReady: 0 }
  const rows: [DaemonSetStatus, ...string[]][] = [
    [zero],
    [
      { ...zero, currentNumberScheduled: -1, numberUnavailable: -2 },
      `status.currentNumberScheduled: Invalid value: -1: ${notNegative}`,
      `status.numberUnavailable: Invalid value: -2: ${notNegative}`,
    ],
    [{ ...zero, collisionCount: -1 }, `status.collisionCount: Invalid value: -1: ${notNegative}`],
  ]
  for (const [status, ...expected] of rows) {
    const written = write<Full>(daemonSet, old, (next) => void (next.status = status), 'status')
    told(written.faults, expected, JSON.stringify(status))
  }
})

test('rows of a daemon set', () => {
  const object = stored<Full>(daemonSet, sound())
  const names = ['Desired', 'Current', 'Ready', 'Up-to-date', 'Available', 'Node Selector', 'Selector']
  const row = () => names.map((name) => daemonSet.cells[name]?.(object, 0))
  assert.deepEqual(row(), [0, 0, 0, 0, 0, '<none>', 'app=agent'])
  object.spec.template.spec.nodeSelector = { b: 'c', a: 'b' }
  assert.equal(row()[5], 'a=b,b=c')
})
