import assert from 'node:assert/strict'
import { test } from 'node:test'
import { createFaults, refuses, stored, write } from '#testkit/kind-check'
import type { PriorityClass } from '../gen/scheduling-v1.ts'
import { priorityClass } from './priority-class.ts'
import { systemClasses } from './system-classes.ts'

const sound = (): PriorityClass => ({ metadata: { name: 'high' }, value: 1_000_000_000 })
const change = (fields: object) => (object: PriorityClass) => Object.assign(object, fields)

test('a priority class that is wrong', () => {
  const reserved =
    "metadata.name: Forbidden: priority class names with 'system-' prefix are reserved for system use only. error: "
  const named = (name: string, fields: object) => change({ metadata: { name }, ...fields })
  refuses(priorityClass, sound, [
    [
      change({ value: 1_000_000_001 }),
      'value: Forbidden: maximum allowed value of a user defined priority is 1000000000',
    ],
    [named('system-a', {}), `${reserved}system-a is not a known system priority class`],
    [
      named('system-node-critical', { value: 1 }),
      `${reserved}value of system-node-critical PriorityClass must be 2000001000`,
    ],
    [
      named('system-cluster-critical', { value: 2_000_000_000, globalDefault: true }),
      `${reserved}globalDefault of system-cluster-critical PriorityClass must be false`,
    ],
    [
      change({ preemptionPolicy: 'Maybe' }),
      'preemptionPolicy: Unsupported value: "Maybe": supported values: "PreemptLowerPriority", "Never"',
    ],
  ])
})

test('the classes of the system are sound', () => {
  for (const { name, value, description } of systemClasses) {
    assert.deepEqual(createFaults(priorityClass, { metadata: { name }, value, description }), [], name)
  }
})

test('a class keeps its value and whether it preempts', () => {
  const old = stored<PriorityClass>(priorityClass, sound())
  assert.equal(old.metadata.generation, 1)
  assert.equal(old.preemptionPolicy, 'PreemptLowerPriority')
  const { object, faults } = write(priorityClass, old, change({ globalDefault: true, description: 'a' }))
  assert.deepEqual(faults, [])
  assert.equal(object.metadata.generation, 1)
  assert.deepEqual(write(priorityClass, old, change({ value: 2, preemptionPolicy: 'Never' })).faults, [
    'value: Forbidden: may not be changed in an update.',
    'preemptionPolicy: Invalid value: "Never": field is immutable',
  ])
  assert.equal(priorityClass.cells['Global-Default']?.(old, 0), false)
})
