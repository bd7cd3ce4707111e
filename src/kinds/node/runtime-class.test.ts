import assert from 'node:assert/strict'
import { test } from 'node:test'
import { refuses, stored, write } from '#testkit/kind-check'
import type { RuntimeClass } from '../gen/node-v1.ts'
import { runtimeClass } from './runtime-class.ts'

const sound = (): RuntimeClass => ({ metadata: { name: 'a' }, handler: 'runsc' })
const change = (fields: object) => (object: RuntimeClass) => Object.assign(object, fields)

test('a runtime class that is wrong', () => {
  const bearing = (toleration: object) => change({ scheduling: { tolerations: [toleration] } })
  refuses(runtimeClass, sound, [
    [change({ handler: '' }), /^handler: Invalid value: "": a lowercase RFC 1123 label/],
    [change({ handler: 'A' }), /^handler: Invalid value: "A": a lowercase RFC 1123 label/],
    [
      change({ overhead: { podFixed: { cpu: '-1' } } }),
      'overhead.limits[cpu]: Invalid value: "-1": must be greater than or equal to 0',
    ],
    [
      change({ overhead: { podFixed: { pods: '1' } } }),
      'overhead.limits[pods]: Invalid value: "pods": must be a standard resource for containers',
    ],
    [
      change({ overhead: { podFixed: { 'hugepages-2Mi': '2Mi' } } }),
      'overhead: Forbidden: HugePages require cpu or memory',
    ],
    [
      change({ scheduling: { nodeSelector: { a: 'b c' } } }),
      /^scheduling\.nodeSelector: Invalid value: "b c": a valid label must be/,
    ],
    [
      bearing({ operator: 'Exists', value: 'a' }),
      'scheduling.tolerations[0].operator: Invalid value: "a": value must be empty when `operator` is \'Exists\'',
    ],
    [
      bearing({ key: 'a', operator: 'Exists', effect: 'None' }),
      'scheduling.tolerations[0].effect: Unsupported value: "None": supported values: "NoSchedule", "PreferNoSchedule", "NoExecute"',
    ],
  ])
})

test('a runtime class keeps its handler', () => {
  const old = stored<RuntimeClass>(runtimeClass, sound())
  assert.deepEqual(write(runtimeClass, old, change({ handler: 'b' })).faults, [
    'handler: Invalid value: "b": field is immutable',
  ])
  assert.deepEqual(write(runtimeClass, old, change({ overhead: { podFixed: { cpu: '1' } } })).faults, [])
})

test('old labels of nodes are warned of', () => {
  const old = { ...sound(), scheduling: { nodeSelector: { 'beta.kubernetes.io/os': 'linux', a: 'b' } } }
  assert.deepEqual(
    [...(runtimeClass.rules.warnings?.(old) ?? [])],
    ['scheduling.nodeSelector: deprecated since v1.14; use "kubernetes.io/os" instead'],
  )
})
