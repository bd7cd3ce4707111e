import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Others } from '../../define.ts'
import type { Pod, PodSpec, Toleration } from '../../gen/core-v1.ts'
import { mergeTolerations } from './merge-tolerations.ts'
import { podRuntimeClass } from './runtime-class.ts'

const classes: Record<string, object> = {
  heavy: { overhead: { podFixed: { cpu: '250m' } } },
  picky: {
    scheduling: {
      nodeSelector: { zone: 'a' },
      tolerations: [{ key: 'sandbox', operator: 'Exists', effect: 'NoSchedule' }],
    },
  },
}
const others: Others = {
  find: (_group, _plural, name) => classes[name] && { metadata: { name }, ...classes[name] },
  all: () => [],
  nameSuffix: () => 'abcde',
}
const pod = (spec: Partial<PodSpec>): Pod => ({ metadata: {}, spec: { containers: [], ...spec } })

function completed(spec: Partial<PodSpec>): PodSpec | string | undefined {
  const object = pod(spec)
  return podRuntimeClass.complete?.(object, others) ?? object.spec
}

test('a pod gets the overhead of its runtime class', () => {
  assert.deepEqual(completed({}), { containers: [] })
  const heavy = { containers: [], runtimeClassName: 'heavy', overhead: { cpu: '250m' } }
  assert.deepEqual(completed({ runtimeClassName: 'heavy' }), heavy)
  assert.deepEqual(completed({ runtimeClassName: 'heavy', overhead: { cpu: '250m' } }), heavy)
  assert.equal(
    completed({ runtimeClassName: 'heavy', overhead: { cpu: '1' } }),
    "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead",
  )
  assert.equal(completed({ runtimeClassName: 'none' }), 'pod rejected: RuntimeClass "none" not found')
})

test('a pod goes where its runtime class runs', () => {
  const tolerations = [{ key: 'sandbox', operator: 'Exists', effect: 'NoSchedule' }]
  assert.deepEqual(completed({ runtimeClassName: 'picky', nodeSelector: { disk: 'ssd' } }), {
    containers: [],
    runtimeClassName: 'picky',
    nodeSelector: { disk: 'ssd', zone: 'a' },
    tolerations,
  })
  assert.equal(
    completed({ runtimeClassName: 'picky', nodeSelector: { zone: 'b' } }),
    'conflict: runtimeClass.scheduling.nodeSelector[zone] = a; pod.spec.nodeSelector[zone] = b',
  )
})

test('a pod has no overhead of its own', () => {
  const refusal = (spec: Partial<PodSpec>, old?: Pod) => podRuntimeClass.refusal?.(pod(spec), old, others)
  assert.equal(refusal({ runtimeClassName: 'heavy', overhead: { cpu: '250m' } }), undefined)
  assert.match(refusal({ runtimeClassName: 'heavy' }) ?? '', /doesn't match/)
  assert.equal(
    refusal({ overhead: { cpu: '1' } }),
    'pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead',
  )
  assert.equal(refusal({ overhead: { cpu: '1' } }, pod({})), undefined)
  assert.equal(refusal({ runtimeClassName: 'picky' }), undefined)
})

test('tolerations that others cover are left out', () => {
  const all: Toleration = { operator: 'Exists' }
  const equalTo = (value: string): Toleration => ({
    key: 'a',
    operator: 'Equal',
    value,
    effect: 'NoSchedule',
  })
  const exists: Toleration = { key: 'a', operator: 'Exists', effect: 'NoSchedule' }
  const timed = (tolerationSeconds: number): Toleration => ({
    key: 'a',
    operator: 'Exists',
    effect: 'NoExecute',
    tolerationSeconds,
  })
  const rows: [Toleration[], Toleration[], Toleration[]][] = [
    [[], [], []],
    [[exists], [exists], [exists]],
    [[equalTo('b')], [exists], [exists]],
    [[exists], [equalTo('b')], [exists]],
    [[equalTo('b')], [equalTo('c')], [equalTo('b'), equalTo('c')]],
    [[exists, timed(5)], [all], [all]],
    [[timed(5)], [timed(9)], [timed(9)]],
    [[timed(9)], [timed(5)], [timed(9)]],
    [[exists], [timed(5)], [exists, timed(5)]],
    [[{ key: 'a', operator: 'Exists' }], [equalTo('b')], [{ key: 'a', operator: 'Exists' }]],
    [[{ key: 'b', operator: 'Exists' }], [exists], [{ key: 'b', operator: 'Exists' }, exists]],
  ]
  for (const [first, second, merged] of rows) assert.deepEqual(mergeTolerations(first, second), merged)
})
