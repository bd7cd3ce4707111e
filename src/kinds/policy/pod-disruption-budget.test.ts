import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, told, write } from '#testkit/kind-check'
import type {
  PodDisruptionBudget,
  PodDisruptionBudgetSpec,
  PodDisruptionBudgetStatus,
} from '../gen/policy-v1.ts'
import { podDisruptionBudget } from './pod-disruption-budget.ts'

const sound = (): PodDisruptionBudget => ({
  metadata: { name: 'a', namespace: 'default' },
  spec: { minAvailable: 1, selector: { matchLabels: { app: 'a' } } },
})
const spec = (spec: object) => (object: PodDisruptionBudget) => {
  object.spec = spec
}
const percent =
  "must be a numeric string followed by an ending '%' (e.g. '1%',  or '93%', regex used for validation is '[0-9]+%')"

test('limits of a budget', () => {
  refuses(podDisruptionBudget, sound, [
    [
      spec({ minAvailable: 1, maxUnavailable: '10%' }),
      'spec: Invalid value: {"MinAvailable":1,"Selector":null,"MaxUnavailable":"10%","UnhealthyPodEvictionPolicy":null}: minAvailable and maxUnavailable cannot be both set',
    ],
    [spec({ minAvailable: -1 }), 'spec.minAvailable: Invalid value: -1: must be greater than or equal to 0'],
    [spec({ minAvailable: 'x' }), `spec.minAvailable: Invalid value: "x": a valid percent string ${percent}`],
    [
      spec({ maxUnavailable: '101%' }),
      'spec.maxUnavailable: Invalid value: "101%": must not be greater than 100%',
    ],
    [spec({ maxUnavailable: '-1%' }), /^spec\.maxUnavailable: Invalid value: "-1%": a valid percent string/],
    [
      spec({ selector: { matchExpressions: [{ key: 'a', operator: 'Exists', values: ['b'] }] } }),
      "spec.selector.matchExpressions[0].values: Forbidden: may not be specified when `operator` is 'Exists' or 'DoesNotExist'",
    ],
    [
      spec({ unhealthyPodEvictionPolicy: 'x' }),
      'spec.unhealthyPodEvictionPolicy: Unsupported value: "x": supported values: "AlwaysAllow", "IfHealthyBudget"',
    ],
  ])
})

test('the status of a budget', () => {
  const old = stored<PodDisruptionBudget>(podDisruptionBudget, sound())
  const rows: [Partial<PodDisruptionBudgetStatus>, ...(string | RegExp)[]][] = [
    [{ disruptionsAllowed: 1, conditions: [] }],
    [
      { disruptionsAllowed: -1 },
      'status.disruptionsAllowed: Invalid value: -1: must be greater than or equal to 0',
    ],
    [{ currentHealthy: -1 }, 'status.currentHealthy: Invalid value: -1: must be greater than or equal to 0'],
    [{ desiredHealthy: -1 }, 'status.desiredHealthy: Invalid value: -1: must be greater than or equal to 0'],
    [{ expectedPods: -1 }, 'status.expectedPods: Invalid value: -1: must be greater than or equal to 0'],
    [
      { conditions: [{ type: 'a', status: 'True', reason: '', message: '', lastTransitionTime: null }] },
      'status.conditions[0].lastTransitionTime: Required value',
      'status.conditions[0].reason: Required value',
    ],
  ]
  for (const [status, ...expected] of rows) {
    const change = (object: PodDisruptionBudget) => {
      object.status = status
      object.spec = { minAvailable: 'x' }
    }
    const { object, faults } = write(podDisruptionBudget, old, change, 'status')
    told(faults, expected, JSON.stringify(status))
    assert.deepEqual([object.spec, object.metadata.generation], [old.spec, 1])
  }
  assert.equal(write(podDisruptionBudget, old, spec({})).object.metadata.generation, 2)
})

test('rows of a budget', () => {
  const names = ['Min Available', 'Max Unavailable', 'Allowed Disruptions']
  const row = (spec: PodDisruptionBudgetSpec) => {
    const object: PodDisruptionBudget = { metadata: {}, spec }
    return names.map((name) => podDisruptionBudget.cells[name]?.(object, 0))
  }
  assert.deepEqual(row({}), ['N/A', 'N/A', 0])
  assert.deepEqual(row({ minAvailable: 0 }), ['0', 'N/A', 0])
  assert.deepEqual(row({ maxUnavailable: '10%' }), ['N/A', '10%', 0])
})
